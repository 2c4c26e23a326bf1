"""One module per page: each makes the frozen view model that its template shows."""
