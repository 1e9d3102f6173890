import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console as static files. Nothing is inlined: fonts and images stay files, so that the CSP can be `'self'` alone. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // Not `assets`: that is the address of a screen.
    assetsDir: 'static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:7600' } },
});
