/** Punctuation, in the place of expressions of `uc.micro`. */
export const P = /\p{P}/u;

/** Symbols. */
export const S = /\p{S}/u;
