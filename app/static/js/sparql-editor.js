// The editor in the place of the text area. It lives in a shadow root: there CodeMirror's styles are a style sheet
// made by script, which the Content-Security-Policy allows, and not an element in the page, which it does not.

import {
  autocompletion,
  bracketMatching,
  completionKeymap,
  Decoration,
  defaultKeymap,
  drawSelection,
  EditorSelection,
  EditorState,
  EditorView,
  gutterLineClass,
  GutterMarker,
  HighlightStyle,
  highlightActiveLine,
  highlightSpecialChars,
  history,
  historyKeymap,
  indentOnInput,
  indentSelection,
  indentUnit,
  keymap,
  lineNumbers,
  Prec,
  RangeSet,
  sparql,
  StateEffect,
  StateField,
  StreamLanguage,
  syntaxHighlighting,
  tags,
} from "../vendor/codemirror.js";
import { completions, declaration, missing, wordList } from "./sparql-words.js";

const sparqlLanguage = StreamLanguage.define({
  ...sparql,
  token(stream, state) {
    const style = sparql.token(stream, state);
    // IRIs in full and prefixed names look different.
    if (style === "atom") return stream.current().startsWith("<") ? "url" : "typeName";
    return style;
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.standard(tags.name), tags.standard(tags.variableName)], color: "var(--main)", fontWeight: "700" },
  { tag: tags.url, color: "var(--ok)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: tags.typeName, color: "var(--info)" },
  { tag: tags.local(tags.variableName), color: "light-dark(#6a3f9e, #cdb2f0)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)" },
  { tag: tags.meta, color: "var(--voice)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "0.9375rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--code)",
    fontFeatureSettings: '"calt" 0',
    lineHeight: "1.6",
    minHeight: "17rem",
    maxHeight: "34rem",
    overflow: "auto",
  },
  ".cm-content": { padding: "0.75rem 0 1rem", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem 0 0.75rem" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.5rem", padding: "0 0.25rem 0 0.75rem" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--mist) 55%, transparent)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--highlight)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mist-2)", outline: "1px solid var(--control)" },
  ".cm-fault": { textDecoration: "underline wavy var(--error) 2px", textUnderlineOffset: "0.25em" },
  ".cm-fault-line": { backgroundColor: "var(--error-bg)" },
  ".cm-gutterElement.cm-fault-number": { color: "var(--error)", fontWeight: "700" },
  ".cm-gutterElement.cm-fault-number::before": { content: '"! "' },
  ".cm-tooltip": {
    border: "2px solid var(--control)",
    borderRadius: "0.375rem",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--text)",
    fontSize: "0.9375rem",
    maxHeight: "16rem",
    maxWidth: "min(34rem, 90vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.3rem 0.75rem", lineHeight: "1.45" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--mist)",
    color: "var(--ink)",
    outline: "2px solid var(--main)",
    outlineOffset: "-2px",
  },
  ".cm-completionLabel": { fontWeight: "550" },
  ".cm-completionMatchedText": { textDecoration: "none" },
  ".cm-completionDetail": {
    marginInlineStart: "0.75rem",
    color: "var(--muted)",
    fontStyle: "normal",
    fontFamily: "var(--code)",
    fontSize: "0.8125rem",
  },
});

const setFault = StateEffect.define();
const faultNumber = new (class extends GutterMarker {
  elementClass = "cm-fault-number";
})();

/** The place in the document of a line and a column that count from 1; null when there is none. */
function position(doc, place) {
  if (!place?.line || place.line > doc.lines) return null;
  const line = doc.line(place.line);
  const at = Math.min(line.from + Math.max(0, place.column - 1), line.to);
  // The engine stops where it cannot go on, which often is behind the word that is wrong.
  const word = line.text.slice(at - line.from).match(/^(?:[?$\w:@.-]+|\S)/);
  if (word) return { line, from: at, to: at + word[0].length, cursor: at };
  const before = line.text.slice(0, at - line.from).match(/(?:[?$\w:@.-]+|\S)(?=\s*$)/);
  const from = before ? line.from + before.index : at;
  return { line, from, to: before ? from + before[0].length : at, cursor: at };
}

const fault = StateField.define({
  create: () => ({ sentence: "", marks: Decoration.none, from: -1 }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setFault)) return marked(transaction.state.doc, effect.value);
    }
    if (!transaction.docChanged) return value;
    const from = value.from < 0 ? -1 : transaction.changes.mapPos(value.from);
    return { ...value, marks: value.marks.map(transaction.changes), from };
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.marks),
    EditorView.contentAttributes.from(field, (value) => (value.sentence ? { "aria-invalid": "true" } : {})),
    gutterLineClass.compute([field], (state) => {
      const { from } = state.field(field);
      return from < 0 ? RangeSet.empty : RangeSet.of([faultNumber.range(state.doc.lineAt(from).from)]);
    }),
  ],
});

function marked(doc, { place, sentence }) {
  const at = position(doc, place);
  if (!at) return { sentence, marks: Decoration.none, from: -1 };
  const marks = [Decoration.line({ class: "cm-fault-line" }).range(at.line.from)];
  if (at.to > at.from) marks.push(Decoration.mark({ class: "cm-fault", attributes: { title: sentence } }).range(at.from, at.to));
  return { sentence, marks: Decoration.set(marks), from: at.line.from };
}

/** Put an editor in the place of `textarea`, which goes on holding the text. */
export function editor(textarea, { language, wordsUrl, hint, run }) {
  const host = document.createElement("div");
  host.className = "editor-host";
  const root = host.attachShadow({ mode: "open" });
  const words = wordList(wordsUrl);
  const keys = [
    {
      key: "Mod-Enter",
      run: () => {
        run();
        return true;
      },
    },
  ];
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        sparqlLanguage,
        syntaxHighlighting(colours),
        theme,
        fault,
        autocompletion({ override: [completions(words, language)], icons: false, maxRenderedOptions: 60 }),
        Prec.highest(keymap.of(keys)),
        // Tab is left alone: it leads out of the editor (WCAG 2.1.2).
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": textarea.dataset.name,
          "aria-description": hint.trim(),
          tabindex: "0",
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
        }),
        // Left to itself the browser joins lines with styles in their tags, which the Content-Security-Policy refuses.
        EditorView.domEventHandlers({
          beforeinput(event, view) {
            const replaces = !view.state.selection.main.empty || /\n/.test(event.data ?? "");
            if (event.inputType !== "insertText" || !event.data || !replaces || event.isComposing) return false;
            event.preventDefault();
            view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
            return true;
          },
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = update.state.doc.toString();
          textarea.dispatchEvent(new Event("input"));
        }),
      ],
    }),
  });
  textarea.after(host);
  textarea.parentElement.classList.add("has-editor");
  for (const label of textarea.labels) label.addEventListener("click", () => view.focus());
  return {
    write(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    mark(place, sentence) {
      view.dispatch({ effects: setFault.of({ place, sentence }) });
    },
    goTo(place) {
      const at = position(view.state.doc, place);
      if (at) view.dispatch({ selection: EditorSelection.cursor(at.cursor), scrollIntoView: true });
      view.focus();
    },
    async prefix() {
      const { prefixes } = await words();
      const text = view.state.doc.toString();
      const names = missing(text, prefixes);
      if (names.length > 0) view.dispatch({ changes: declaration(text, names, prefixes) });
      view.focus();
    },
    indent() {
      const { main } = view.state.selection;
      view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } });
      indentSelection(view);
      view.dispatch({ selection: EditorSelection.cursor(Math.min(main.head, view.state.doc.length)) });
      view.focus();
    },
  };
}
