import { posix } from "node:path";
import { type Argument, type Expression, parseSync, Visitor } from "oxc-parser";

/** One way in which a file reaches for another file, or for a package. */
export interface Import {
  /** Path from the root of the project. */
  readonly file: string;
  readonly line: number;
  /** A path from the root of the project, or a package as it is written; `undefined` when only running would tell. */
  readonly target: string | undefined;
}

/** Calls that give a module for its name, beside `import()`. */
const loaders = /^(?:require|require\.resolve|import\.meta\.resolve|process\.getBuiltinModule)$/;

/**
 * Reads every import of a TypeScript file, types and re-exports too: `import`, `export … from`, `import()`,
 * `import("…").Type`, `import x = require()`, `require`, what `createRequire` makes, `process.getBuiltinModule`,
 * `import.meta.resolve`, and `new URL("…", import.meta.url)`, by which workers and pages are found.
 *
 * @param file its path from the root of the project.
 * @throws Error when the source cannot be parsed.
 */
export function importsOf(file: string, source: string): readonly Import[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const found: Import[] = [];
  /** Names that hold what `createRequire` made. */
  const made = new Set<string>();

  const note = (node: Expression | Argument | undefined, start: number) => {
    const line = source.slice(0, start).split("\n").length;
    found.push({ file, line, target: targetFrom(file, node) });
  };
  const noteSource = (node: { readonly source: Expression | null; readonly start: number }) => {
    if (node.source) note(node.source, node.start);
  };

  const loads = new Visitor({
    ImportDeclaration: noteSource,
    ExportAllDeclaration: noteSource,
    ExportNamedDeclaration: noteSource,
    ImportExpression: noteSource,
    TSImportType: noteSource,
    TSExternalModuleReference: ({ expression, start }) => note(expression, start),
    CallExpression({ callee, arguments: [first], start }) {
      const name = nameOf(callee);
      if (loaders.test(name) || made.has(name) || isCreateRequire(callee)) note(first, start);
    },
    NewExpression({ callee, arguments: [first, base], start }) {
      if (nameOf(callee) === "URL" && base && nameOf(base) === "import.meta.url") note(first, start);
    },
  });
  // A name may be used above the line that makes it.
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === "Identifier" && init && isCreateRequire(init)) made.add(id.name);
    },
  }).visit(program);
  loads.visit(program);
  return found;
}

/** A dotted name, such as `import.meta.url`; empty for everything else. */
function nameOf(node: Expression | Argument): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MetaProperty") return `${node.meta.name}.${node.property.name}`;
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return "";
  return `${nameOf(node.object)}.${node.property.name}`;
}

function isCreateRequire(node: Expression): boolean {
  return node.type === "CallExpression" && /(?:^|\.)createRequire$/.test(nameOf(node.callee));
}

/** What a specifier points at; for a template with holes, `undefined`. */
function targetFrom(file: string, node: Expression | Argument | undefined): string | undefined {
  const text =
    node?.type === "TemplateLiteral" && node.expressions.length === 0
      ? node.quasis[0]?.value.cooked
      : node?.type === "Literal"
        ? node.value
        : undefined;
  if (typeof text !== "string") return undefined;
  return text.startsWith(".") ? posix.normalize(posix.join(posix.dirname(file), text)) : text;
}
