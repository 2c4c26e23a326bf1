// What the editor proposes: variables of the query, keywords, and our classes, properties and concepts by label.

const KEYWORDS = (
  "SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS BIND VALUES SERVICE ASK CONSTRUCT DESCRIBE PREFIX LIMIT OFFSET " +
  "HAVING EXISTS COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT LANG LANGMATCHES STR CONTAINS STRSTARTS REGEX LCASE YEAR " +
  "COALESCE IF BOUND AS IN NOT"
)
  .split(" ")
  .concat(["GROUP BY", "ORDER BY", "FILTER NOT EXISTS"]);
const MOST = 50;
const KINDS = {
  sv: { class: "klass", property: "egenskap", concept: "begrepp" },
  en: { class: "class", property: "property", concept: "concept" },
};

/** Letters without case and accents: "malgrupp" finds Målgrupp. */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The list of words, fetched when it is first asked for. */
export function wordList(url) {
  let list = null;
  return () => {
    list ??= fetch(url).then(
      async (answer) => {
        if (!answer.ok) return { prefixes: {}, words: [] };
        const found = await answer.json();
        for (const word of found.words) word.push(folded(word.slice(0, 4).join(" ")));
        return found;
      },
      () => {
        list = null;
        return { prefixes: {}, words: [] };
      },
    );
    return list;
  };
}

/** The text without what is inside IRIs, strings and comments, each letter in its place. */
function bare(text) {
  return text.replace(/<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, (part) =>
    part.replace(/[^\n]/g, " "),
  );
}

function declared(text) {
  const found = new Set();
  for (const [, name] of bare(text).matchAll(/\bPREFIX\s+([\w-]*):/gi)) found.add(name);
  return found;
}

/** The prefixes that a query uses and does not declare, of those that are known. */
export function missing(text, prefixes) {
  const known = declared(text);
  const found = new Set();
  for (const [, name] of bare(text).matchAll(/(?<![\w?$@:-])([A-Za-z][\w-]*):/g)) {
    if (!known.has(name) && Object.hasOwn(prefixes, name)) found.add(name);
  }
  return [...found].sort();
}

/** The change that declares prefixes: after the last declaration, else after the comments at the beginning. */
export function declaration(text, names, prefixes) {
  const lines = names.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("");
  let from = 0;
  const last = [...text.matchAll(/^[ \t]*(?:PREFIX\s+[\w-]*:|BASE)\s*<[^>\n]*>[^\n]*(?:\n|$)/gim)].at(-1);
  if (last) from = last.index + last[0].length;
  else from = text.match(/^(?:[ \t]*(?:#[^\n]*)?\n)*/)[0].length;
  const needsBreak = from > 0 && text[from - 1] !== "\n";
  return { from, insert: (needsBreak ? "\n" : "") + lines };
}

function rank(word, wanted, language) {
  const [name, , sv, en] = word;
  const own = folded(language === "en" ? en || sv : sv || en);
  const local = folded(name.slice(name.indexOf(":") + 1));
  if (own === wanted || folded(name) === wanted || local === wanted) return 0;
  if (own.startsWith(wanted) || folded(name).startsWith(wanted)) return 1;
  if (local.startsWith(wanted) || folded(sv).startsWith(wanted) || folded(en).startsWith(wanted)) return 2;
  return 3;
}

/** A concept, class or property as a proposal; choosing it writes its name, and its PREFIX where that is missing. */
function proposal(word, prefixes, language) {
  const [name, kind, sv, en] = word;
  return {
    label: name,
    displayLabel: (language === "en" ? en || sv : sv || en) || name,
    detail: `${name} · ${KINDS[language][kind]}`,
    type: kind,
    apply(view, _completion, from, to) {
      const prefix = name.slice(0, name.indexOf(":"));
      const text = view.state.doc.toString();
      const changes = [{ from, to, insert: name }];
      let added = 0;
      if (!declared(text).has(prefix)) {
        const line = declaration(text, [prefix], prefixes);
        if (line.from <= from) {
          changes.push(line);
          added = line.insert.length;
        }
      }
      view.dispatch({
        changes,
        selection: { anchor: from + name.length + added },
        userEvent: "input.complete",
        scrollIntoView: true,
      });
    },
  };
}

function variables(context, word) {
  const found = new Set(context.state.doc.toString().match(/[?$][\p{L}\p{N}_]+/gu) ?? []);
  found.delete(word.text);
  return { from: word.from, options: [...found].sort().map((label) => ({ label, type: "variable" })) };
}

/** A source of completions for CodeMirror. */
export function completions(words, language) {
  return async (context) => {
    const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
    if (variable) return variables(context, variable);
    const word = context.matchBefore(/[\p{L}\p{N}_:-]+/u) ?? { from: context.pos, text: "" };
    if (!context.explicit && word.text.length < 2) return null;
    const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    // Inside an IRI, a string or a comment nothing is proposed.
    if (/[<@"'/#]/.test(before) || inside(context)) return null;
    const { prefixes, words: all } = await words();
    if (context.aborted) return null;
    const wanted = folded(word.text);
    const hits = all
      .filter((each) => each[4].includes(wanted))
      .map((each) => ({ each, rank: rank(each, wanted, language) }))
      .sort((one, other) => one.rank - other.rank)
      .slice(0, MOST)
      .map(({ each }) => proposal(each, prefixes, language));
    const keywords = KEYWORDS.filter((each) => wanted && folded(each).startsWith(wanted)).map((label) => ({
      label,
      type: "keyword",
    }));
    return { from: word.from, options: [...keywords, ...hits], filter: false };
  };
}

function inside(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const left = before.replace(/<[^<>\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "");
  return /["'#]|<[^\s<>]*$/.test(left);
}
