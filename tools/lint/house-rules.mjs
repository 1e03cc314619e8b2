// Lint rules that oxlint does not have. A plug-in in the form of ESLint's.

/** A constructor lists what a class needs, by name, so it may be longer than a call that a reader meets in the middle. */
const limits = { constructor: 6, other: 4 };

const isConstructor = (node) => node.parent?.type === 'MethodDefinition' && node.parent.kind === 'constructor';

const maxParams = {
  meta: {
    type: 'suggestion',
    messages: { tooMany: '{{what}} has {{count}} parameters. At most {{limit}} are allowed.' },
  },
  create(context) {
    const check = (node) => {
      const what = isConstructor(node) ? 'constructor' : 'other';
      if (node.params.length <= limits[what]) return;
      context.report({
        node,
        messageId: 'tooMany',
        data: {
          what: what === 'constructor' ? 'Constructor' : 'Function',
          count: String(node.params.length),
          limit: String(limits[what]),
        },
      });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

export default { meta: { name: 'house' }, rules: { 'max-params': maxParams } };
