/**
 * The named character references that replies use, for markdown-it: all of HTML 4.01 (section 24), the names of ASCII
 * punctuation, and those in CommonMark's examples. The rest of HTML's 2,231 names, 20 KB of them, stay as they are written.
 * Runs of characters that follow each other: the code of the first in base 16, then their names.
 */
const NAMES = `
9 Tab NewLine; 21 excl quot num dollar percnt amp apos lpar rpar ast plus comma; 2e period sol; 3a colon semi lt
equals gt quest commat; 5b lbrack; 5b lsqb bsol rbrack; 5d rsqb Hat lowbar grave; 7b lbrace; 7b lcub verbar; 7c
vert rbrace; 7d rcub; a0 nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg
plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc
Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc
Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig
ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash
ugrave uacute ucirc uuml yacute thorn yuml; 10e Dcaron; 152 OElig oelig; 160 Scaron scaron; 178 Yuml; 192 fnof;
2c6 circ caron; 2dc tilde; 391 Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi
Rho; 3a3 Sigma Tau Upsilon Phi Chi Psi Omega; 3b1 alpha beta gamma delta epsilon zeta eta theta iota kappa lambda
mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega; 3d1 thetasym upsih; 3d5 varphi piv; 2002 ensp
emsp; 2009 thinsp; 200c zwnj zwj lrm rlm dash; 2010 hyphen; 2013 ndash mdash; 2018 lsquo rsquo sbquo; 201c ldquo
rdquo bdquo; 2020 dagger Dagger bull; 2026 hellip; 2030 permil; 2032 prime Prime; 2039 lsaquo rsaquo; 203e oline;
2044 frasl; 20ac euro; 210b HilbertSpace; 2111 image; 2113 ell; 2118 weierp; 211c real; 2122 trade; 2135 alefsym;
2146 DifferentialD; 2190 larr; 2190 leftarrow uarr rarr; 2192 rightarrow darr harr; 21b5 crarr; 21d0 lArr uArr
Rightarrow; 21d2 rArr dArr hArr; 2200 forall; 2202 part exist; 2205 empty; 2207 nabla isin notin; 220b ni; 220f
prod; 2211 sum minus; 2217 lowast; 221a radic; 221d prop infin; 2220 ang; 2227 and or cap cup int; 2232
ClockwiseContourIntegral; 2234 there4; 223c sim; 2245 cong; 2248 asymp; 2260 ne equiv; 2264 le ge; 2282 sub sup
nsub; 2286 sube supe; 2295 oplus; 2297 otimes; 22a5 perp; 22c5 sdot; 2308 lceil rceil lfloor rfloor; 25a1 square;
25ca loz; 2605 starf star; 2660 spades; 2663 clubs; 2665 hearts diams; 2713 check; 2713 checkmark; 2717 cross;
27e8 lang rang`;

const references = new Map([
  ["ngE", "\u2267\u0338"],
  ...NAMES.split(";").flatMap((run) => {
    const [first = "", ...names] = run.trim().split(/\s+/);
    return names.map((name, index): [string, string] => [name, String.fromCharCode(parseInt(first, 16) + index)]);
  }),
]);

/** The characters of `&name;`, or the reference itself if it is not known. In the place of a function of `entities`. */
export function decodeHTMLStrict(reference: string): string {
  return references.get(reference.slice(1, -1)) ?? reference;
}
