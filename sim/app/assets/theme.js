vuetifyThemes = {
  light: { primary: '#0B5C8A', secondary: '#4B5563', accent: '#0B5C8A', error: '#B42318', info: '#0B5C8A', success: '#067647', warning: '#B54708' },
  dark: { primary: '#5CB3E4', secondary: '#A9B4C2', accent: '#5CB3E4', error: '#FF8A7F', info: '#5CB3E4', success: '#4ADE9B', warning: '#FDB768' },
};
