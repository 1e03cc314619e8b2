/** What stands in the place of something that must not be read. */
export const hidden = '[hidden]';

const longest = 2_000;

/** Texts that are secrets by their look: our keys, those of well-known providers, JWTs, and whatever follows a scheme. */
const tokenShapes =
  /\b(?:te_[sa]k_|gh[a-z]_|github_pat_|ntn_|secret_|xox[a-z]-|sk-)[\w-]{6,}|\beyJ[\w-]{8,}(?:\.[\w-]*)*|\b(?:Bearer|Basic)\s+[\w~+/.=-]{6,}/gi;

/** `scheme://user:password@host/path?query`: only scheme, host and path may be read. */
const urls = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#@]*@)?([^\s?#"'<>]*)(?:[?#][^\s"'<>]*)?/gi;
const pathWithQuery = /^(\/[^\s?#]*)[?#].*$/s;

/** Ids, names and route patterns: nothing in them can be a URL with more than a path, or break a line. */
const simple = /^[\w.:-]{0,64}$|^(?:\/[\w.:-]+){1,8}$/;

/** A text that may be printed: no URL query or password, nothing shaped like a token, no control characters (R61). */
export function scrub(text: string): string {
  if (simple.test(text)) return text.replace(tokenShapes, hidden);
  return text
    .slice(0, longest)
    .replace(tokenShapes, hidden)
    .replace(urls, '$1$2')
    .replace(pathWithQuery, '$1')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

/**
 * The message of an error. Parsers and drivers quote what they could not digest, which may be an answer with a token in
 * it, so quoted parts and long words go as well.
 */
export function scrubErrorMessage(message: string): string {
  return scrub(message.slice(0, 300))
    .replace(/(["'`]).*?(?:\1|$)/gs, '$1…$1')
    .replace(/\([^()]*\)=\([^()]*\)/g, '(…)')
    .replace(/[\w~+/.=%-]{24,}|(?=[\w~+/.=%-]*\d)[\w~+/.=%-]{12,}/g, '…');
}
