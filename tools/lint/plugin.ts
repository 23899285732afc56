/**
 * Lint rules of our own: they hold law 1 (codecs, sessions and delivery do no I/O) and the house style.
 *
 * @module
 */

/** Files that law 1 covers. */
const PURE = [
  /\/src\/(event|ip|session|delivery|capture|commissioning|remote|raw|map)\//,
  /\/src\/doctor\/(?!consultation|hear_|arguments)/,
  /\/src\/ae\/(?!ae_arguments|ae_connection|ae_line|ae_place|play_ae|serial_ae)/,
  /\/adapters\//,
];

/** Names that reach the outside world, a clock or a source of chance. */
const FORBIDDEN_GLOBALS = new Set([
  "Deno",
  "fetch",
  "WebSocket",
  "EventSource",
  "Worker",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "requestAnimationFrame",
  "performance",
  "Temporal",
  "crypto",
  "process",
  "localStorage",
  "console",
]);

/** Member calls that are a clock or chance in disguise. */
const FORBIDDEN_MEMBERS = new Set(["Date.now", "Math.random", "globalThis.Deno", "globalThis.crypto"]);

/** Where a pure file may import from: itself, other pure code, and the two cipher libraries. */
const FORBIDDEN_IMPORTS = /^(node:|npm:|jsr:|https?:)|\/(transport|gateway|http|cli|config)\//;

function isPure(file: string): boolean {
  const path = file.replaceAll("\\", "/");
  return !path.includes("/tests/") && PURE.some((pattern) => pattern.test(path));
}

/** Whether an identifier stands for a property or a key rather than for a global. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
      return parent.key === node && !parent.computed && !parent.shorthand;
    case "PropertyDefinition":
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.key === node;
    case "ImportSpecifier":
      return true;
    default:
      return false;
  }
}

const plugin: Deno.lint.Plugin = {
  name: "tocsin",
  rules: {
    "no-io-in-pure-code": {
      create(context) {
        if (!isPure(context.filename)) return {};
        const report = (node: Deno.lint.Node, what: string) =>
          context.report({
            node,
            message: `${what} in a file that does no I/O (law 1)`,
            hint: "Let bytes, `now` and random bytes come in, and effects go out; do the I/O in src/gateway.",
          });
        return {
          Identifier(node) {
            if (FORBIDDEN_GLOBALS.has(node.name) && !isPropertyName(node)) report(node, node.name);
          },
          MemberExpression(node) {
            if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
            const name = `${node.object.name}.${node.property.name}`;
            if (FORBIDDEN_MEMBERS.has(name)) report(node, name);
          },
          NewExpression(node) {
            if (
              node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0
            ) {
              report(node, "new Date() without a time");
            }
          },
          ImportDeclaration(node) {
            if (FORBIDDEN_IMPORTS.test(node.source.value)) report(node, `import of "${node.source.value}"`);
          },
          ImportExpression(node) {
            report(node, "dynamic import");
          },
        };
      },
    },
    "no-private-keyword": {
      create(context) {
        return {
          PropertyDefinition(node) {
            if (node.accessibility === "private") {
              context.report({ node, message: "Use #name: `private` ends at compile time" });
            }
          },
        };
      },
    },
  },
};

export default plugin;
