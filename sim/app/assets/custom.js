// What the framework's own page lacks: zoom, and the visitor's theme and language before the first picture.
(function () {
  const view = document.querySelector('meta[name=viewport]');
  if (view) view.setAttribute('content', 'width=device-width, initial-scale=1');
  const kept = Object.fromEntries(document.cookie.split('; ').map(one => one.split('=')));
  document.documentElement.lang = kept['journeysim-language'] || (navigator.language || 'en').split('-')[0];
  document.cookie = 'journeysim-browser=' + (navigator.languages || [navigator.language]).join('.') + '; path=/; samesite=lax';
  if (!kept['journeysim-theme']) {
    const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
    document.cookie = 'journeysim-theme=' + (dark ? 'dark' : 'light') + '; path=/; max-age=31536000; samesite=lax';
    localStorage.setItem(':solara:theme.variant', JSON.stringify(dark ? 'dark' : 'light'));
    document.getElementById('app').className = 'v-application v-application--is-ltr theme--' + (dark ? 'dark' : 'light');
  }
  if (document.cookie.includes('journeysim-theme=dark')) document.documentElement.classList.add('theme--dark');
})();
// What several parts of the page do with the browser: take text to the clipboard, and save a file or a table.
window.journeysim = {
  async copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // A page from another machine without HTTPS has no clipboard of its own: a selected field is copied instead.
    const field = document.createElement('textarea');
    field.value = text;
    field.style.cssText = 'position: fixed; opacity: 0';
    (document.querySelector('dialog[open]') || document.body).appendChild(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (!done) throw new Error('the browser does not let pages copy');
  },
  copyAddress(token) {
    const address = new URL(window.location.href);
    if (token) address.searchParams.set('s', token); else address.searchParams.delete('s');
    return this.copy(address.href);
  },
  bytes(content) { return Uint8Array.from(atob(content), letter => letter.charCodeAt(0)); },
  // A file that the server made: name, and content as base64.
  take(file, type) { this.save(new Blob([this.bytes(file.content)], { type: type || 'application/octet-stream' }), file.name); },
  // Rows as CSV; what a spreadsheet would take for a formula is kept as text.
  saveTable(rows, name) {
    const cell = (value) => {
      const text = value === null || value === undefined ? '' : String(value);
      const safe = typeof value === 'string' && /^[=+@\t\r-]/.test(text) ? "'" + text : text;
      return /[",\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
    };
    this.save(new Blob([rows.map(row => row.map(cell).join(',')).join('\r\n') + '\r\n'], { type: 'text/csv' }), name);
  },
  save(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};
