/** The look of the pages in web/, which are not part of the package; a test compares the colours. */
export const PAGE_STYLE = `
:root {
  color-scheme: dark;
  --night: #101226;
  --ground: #171a33;
  --raised: #21254a;
  --line: #343a6b;
  --text: #f4f1ff;
  --quiet: #a9aed6;
  --coral: #ff5d73;
  --amber: #ffd166;
  --mint: #5ce1c6;
  --round: ui-rounded, "SF Pro Rounded", "Nunito", "Segoe UI", system-ui, sans-serif;
  --digits: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

body {
  display: grid;
  gap: 1.4rem;
  align-content: start;
  justify-items: center;
  min-height: 100dvh;
  margin: 0;
  padding: 1.6rem 1.1rem 2.4rem;
  background: radial-gradient(circle at 50% 0, #2b3060, var(--night) 34rem) var(--night);
  color: var(--text);
  font: 16px / 1.5 var(--round);
  -webkit-text-size-adjust: 100%;
}

header {
  text-align: center;
}

h1 {
  margin: 0.3rem 0 0;
  font-size: clamp(2.1rem, 8vw, 3.2rem);
  font-weight: 900;
  line-height: 1.05;
  letter-spacing: -0.03em;
}

header p {
  max-width: 44rem;
  margin: 0.5rem auto 0;
  color: var(--quiet);
  text-wrap: balance;
}

main {
  display: grid;
  gap: 1rem;
  width: min(34rem, 100%);
}

.card,
.state {
  min-width: 0;
  padding: 1.2rem 1.3rem;
  border: 1px solid var(--line);
  border-radius: 24px;
  background: var(--raised);
}

.guide {
  background: linear-gradient(150deg, rgb(255 93 115 / 26%), transparent 55%), var(--raised);
}

h2 {
  margin: 0 0 0.7rem;
  font-size: 1.35rem;
  font-weight: 900;
  line-height: 1.2;
}

.card p {
  margin: 0.6rem 0 0;
}

a {
  color: var(--mint);
}

.button,
button {
  display: block;
  padding: 0.7em 1.2em;
  border: 0;
  border-radius: 12px;
  background: var(--line);
  color: inherit;
  font: inherit;
  font-weight: 700;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}

.button.primary {
  padding: 0.85em 1.2em;
  border-radius: 16px;
  background: var(--coral);
  color: #2a0710;
  font-size: 1.15rem;
  font-weight: 800;
}

.button.primary:hover {
  background: #ff7588;
}

:focus-visible {
  outline: 3px solid var(--mint);
  outline-offset: 2px;
}

ol {
  display: grid;
  gap: 0.7rem;
  margin: 1.1rem 0 0;
  padding: 0;
  counter-reset: step;
  list-style: none;
}

ol li {
  position: relative;
  padding-left: 2.4rem;
  counter-increment: step;
}

ol li::before {
  position: absolute;
  left: 0;
  width: 1.65rem;
  height: 1.65rem;
  border-radius: 50%;
  background: var(--night);
  color: var(--amber);
  font-weight: 800;
  line-height: 1.65rem;
  text-align: center;
  content: counter(step);
}

pre {
  margin: 0.6rem 0 0;
  padding: 0.8rem 1rem;
  border-radius: 12px;
  background: var(--night);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

p code {
  white-space: nowrap;
}

code,
.fingerprint {
  font-family: var(--digits);
  font-size: 0.88em;
}

.card .hint,
.card .undo {
  margin-top: 1rem;
  color: var(--quiet);
}

.fingerprint span {
  display: block;
  color: var(--amber);
  letter-spacing: 0.04em;
}

.state {
  display: flex;
  flex-wrap: wrap;
  gap: 0.8rem 1.2rem;
  align-items: center;
  justify-content: space-between;
}

.state[data-trust="yes"] {
  border-color: var(--mint);
}

.state[data-trust="no"] {
  border-color: var(--amber);
}

.state .verdict {
  margin: 0;
  font-size: 1.15rem;
  font-weight: 800;
}

.state[data-trust="yes"] .verdict {
  color: var(--mint);
}

.state[data-trust="no"] .verdict {
  color: var(--amber);
}

.state .advice {
  margin: 0.2rem 0 0;
  color: var(--quiet);
}

.state .advice:empty {
  display: none;
}

.row {
  display: flex;
  flex-wrap: wrap;
  gap: 0.6rem;
}

.state[data-trust="yes"] .button {
  background: var(--mint);
  color: #06251f;
}

.state:not([data-trust="yes"]) .button,
.state[data-trust="yes"] button {
  display: none;
}

nav {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  justify-content: center;
}

nav a {
  padding: 0.5em 1em;
  border: 1px solid var(--line);
  border-radius: 999px;
  color: var(--quiet);
  text-decoration: none;
}

nav a[aria-current] {
  border-color: var(--coral);
  color: var(--text);
}

@media (min-width: 60rem) {
  body {
    align-content: safe center;
  }

  main {
    grid-template-columns: 1.15fr 1fr;
    align-items: start;
    width: min(62rem, 100%);
  }

  .guide {
    grid-row: span 3;
  }

  .state {
    grid-column: 1 / -1;
  }

  .state > div {
    max-width: 44rem;
  }
}
`
