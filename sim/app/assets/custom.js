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
