import { markup } from './markup.ts';

/** The one style sheet of public pages, 320 px and up, light and dark. It stands in the page; the policy allows it by its hash. */
export const PAGE_STYLE = markup`*{box-sizing:border-box}
body{font:1.0625rem/1.5 system-ui,sans-serif;margin:2.5rem auto;padding:0 1.25rem;max-width:38rem;color:#1c1b19;background:#faf9f7;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.125rem;line-height:1.3;margin-block:2rem .5rem}h3{font-size:1rem;margin-block:1rem .25rem}a{color:inherit}
code,textarea{font-family:ui-monospace,monospace}
dl{display:grid;grid-template-columns:minmax(0,auto) minmax(0,1fr);gap:.375rem 1.25rem;margin:1.25rem 0}
dt{color:#5c5852}dd{margin:0}
label{display:block;font-weight:600;margin-block:1.25rem .25rem}
input,select,textarea{font:inherit;width:100%;padding:.5rem .625rem;color:inherit;background:#fff;border:1px solid #77726a;border-radius:6px}
textarea{font-family:ui-monospace,monospace;font-size:.9375rem;resize:vertical}
input[type=checkbox]{inline-size:1.25rem;block-size:1.25rem;flex:none;margin:.125rem 0 0;accent-color:#2a5a4c}
fieldset{border:1px solid #77726a;border-radius:6px;margin:1.25rem 0;padding:.25rem .875rem .875rem;min-inline-size:0}legend{font-weight:600;padding-inline:.25rem}
summary{cursor:pointer;font-weight:600;padding-block:.375rem}.choice{display:flex;gap:.625rem;align-items:flex-start;font-weight:400;margin:0;padding-block:.375rem}
[aria-invalid=true]{border-color:#b3261e;border-width:2px}.note.summary{white-space:normal}.summary li{margin-block:.25rem}.terms{max-height:14rem;overflow:auto;white-space:pre-line}
button{font:inherit;font-weight:600;padding:.5rem 1rem;min-height:2.75rem;margin-block-start:1rem;color:#fff;background:#2a5a4c;border:1px solid transparent;border-radius:6px;cursor:pointer}
:focus-visible{outline:3px solid #2a5a4c;outline-offset:2px}
.hint{color:#5c5852;font-size:.9375rem;margin:.25rem 0}
.note{border-inline-start:4px solid #77726a;padding:.25rem 0 .25rem .875rem;margin:1.25rem 0;white-space:pre-line}
.wrong{border-inline-start-color:#b3261e}.said{white-space:pre-line}
pre{white-space:pre-wrap;font:.9375rem/1.5 ui-monospace,monospace;background:#efece7;padding:.75rem;border-radius:6px}
@media (max-width:24rem){dl{grid-template-columns:1fr;gap:0}dd{margin-block-end:.625rem}}
@media (prefers-color-scheme:dark){body{color:#eceae6;background:#191816}dt,.hint{color:#aca79f}input,select,textarea{background:#242220;border-color:#8d877e}
pre{background:#242220}[aria-invalid=true]{border-color:#f2b8b5}fieldset{border-color:#8d877e}input[type=checkbox]{accent-color:#8fd3bd}button{color:#10231d;background:#8fd3bd}:focus-visible{outline-color:#8fd3bd}.wrong{border-inline-start-color:#f2b8b5}}`;

/** Adds the button that copies a text; without it the text can be selected. The policy allows it by its hash. */
export const PAGE_SCRIPT = markup`for(const field of document.querySelectorAll('textarea[data-copy]')){if(!navigator.clipboard)break;
const button=document.createElement('button');button.type='button';button.textContent='Copy';
const said=document.createElement('p');said.className='hint';said.setAttribute('role','status');
button.addEventListener('click',()=>navigator.clipboard.writeText(field.value).then(()=>{said.textContent='Copied.'},()=>{field.select();said.textContent='Copying is not allowed here. The text is selected: copy it with the keyboard.'}));
field.after(button,said)}`;
