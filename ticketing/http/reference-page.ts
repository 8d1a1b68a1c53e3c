/** The reference page: reads the description and lays it out, with nothing from elsewhere. */
export const referenceHtml = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kazasu ticketing: reference</title>
<link rel="stylesheet" href="/reference.css">
<main>
<h1>Kazasu ticketing</h1>
<p id="about">Reading the description …</p>
<p><a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1)</p>
<label>Find <input id="find" type="search" autocomplete="off"></label>
<div id="routes"></div>
</main>
<script type="module" src="/reference.js"></script>
</html>
`;

export const referenceCss = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
details { border-top: 1px solid GrayText; padding: .5rem 0; }
summary { cursor: pointer; }
code, pre { font: .9em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid GrayText; }
.method { display: inline-block; min-width: 4.5em; font-weight: bold; text-transform: uppercase; }
table { border-collapse: collapse; }
td, th { text-align: start; padding: .1rem .75rem .1rem 0; vertical-align: top; }
input { font: inherit; padding: .25rem; width: 20rem; max-width: 100%; }
`;

export const referenceScript = `
const description = await (await fetch('/openapi.json')).json();
document.getElementById('about').textContent = description.info.description;

function node(tag, text, ...children) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function plain(schema, depth = 0) {
  if (!schema) return undefined;
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return depth > 4 ? name : plain(description.components.schemas[name], depth + 1);
  }
  if (schema.oneOf || schema.anyOf) return (schema.oneOf || schema.anyOf).map((each) => plain(each, depth + 1));
  if (schema.enum) return schema.enum.join(' | ');
  if ('const' in schema) return schema.const;
  if (schema.type === 'array') return [plain(schema.items, depth + 1)];
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    return Object.fromEntries(Object.entries(schema.properties).map(([name, each]) =>
      [required.has(name) ? name : name + '?', plain(each, depth + 1)]));
  }
  return [schema.type].flat().join(' | ') + (schema.format ? ' ' + schema.format : '');
}

function content(body) {
  const list = document.createDocumentFragment();
  for (const [type, { schema }] of Object.entries(body?.content ?? {})) {
    list.append(node('p', type), node('pre', JSON.stringify(plain(schema), null, 2)));
  }
  return list;
}

function table(parameters) {
  const body = node('table');
  for (const each of parameters) {
    const name = node('code', each.name + (each.required ? '' : '?'));
    body.append(node('tr', '', node('td', '', name), node('td', each.in), node('td', each.description ?? '')));
  }
  return body;
}

function route(method, path, operation) {
  const summary = node('summary', '');
  const name = node('span', method);
  name.className = 'method';
  summary.append(name, node('code', path), ' ', operation.summary ?? '');
  const roles = operation['x-kazasu']?.roles;
  const made = node('details', '', summary);
  if (operation.description) made.append(node('p', operation.description));
  made.append(node('p', roles ? 'For people with the role ' + roles.join(', ') + '.' : 'For ' + (operation['x-kazasu']?.who ?? 'anyone') + '.'));
  if (operation.parameters?.length) made.append(node('h4', 'Parameters'), table(operation.parameters));
  if (operation.requestBody) made.append(node('h4', 'Body'), content(operation.requestBody));
  for (const [status, response] of Object.entries(operation.responses)) {
    if (status < 300) made.append(node('h4', status), node('p', response.description), content(response));
    else made.append(node('p', status + ': ' + response.description));
  }
  made.dataset.text = (method + ' ' + path + ' ' + (operation.summary ?? '')).toLowerCase();
  return made;
}

const routes = document.getElementById('routes');
const byTag = new Map();
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const tag = operation.tags?.[0] ?? 'other';
    if (!byTag.has(tag)) byTag.set(tag, []);
    byTag.get(tag).push(route(method, path, operation));
  }
}
for (const [tag, each] of byTag) routes.append(node('section', '', node('h2', tag), ...each));
document.getElementById('find').addEventListener('input', ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const each of routes.querySelectorAll('details')) each.hidden = !each.dataset.text.includes(wanted);
  for (const section of routes.querySelectorAll('section'))
    section.hidden = [...section.querySelectorAll('details')].every((each) => each.hidden);
});
`;
