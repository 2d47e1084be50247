// The style of all pages: one set of tokens, light and dark by what the reader's system asks for, one column of cards
// on a narrow screen. Colour never says anything that a word does not say too.

export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f7f5, #16181b);
  --card: light-dark(#ffffff, #1f2226);
  --text: light-dark(#1b1d20, #e9eaec);
  --quiet: light-dark(#565c63, #a6adb5);
  --line: light-dark(#d9dbde, #363b41);
  --link: light-dark(#0b57b0, #8ab8ff);
  --good: light-dark(#17693a, #7fd6a2);
  --busy: light-dark(#0b57b0, #8ab8ff);
  --bad: light-dark(#a4211b, #ff9d94);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 72rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; }
header p { margin: 0; }
header .name { font-weight: 700; }
h1 { font-size: 1.6rem; margin: 1rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; }
main > h2 { margin: 2rem 0 .5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1rem; padding: 0; list-style: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; overflow-wrap: anywhere; }
.card .top { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; justify-content: space-between; }
.card p { margin: .5rem 0 0; }
.quiet { color: var(--quiet); }
.mark { font-weight: 600; white-space: nowrap; }
.good { color: var(--good); }
.busy { color: var(--busy); }
.bad { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
`;
