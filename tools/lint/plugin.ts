export default { name: "tocsin", rules: {} } satisfies Deno.lint.Plugin;
