import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import { layers } from './eslint/layers.js'
import svelteConfig from './svelte.config.js'

export default ts.config(
  { ignores: ['build/', '.svelte-kit/', 'screens/', 'src/api/types.gen.ts', '**/testdata/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { octavo: { rules: { layers } } },
    rules: {
      'octavo/layers': 'error',
      'no-undef': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
        {
          selector:
            'SvelteElement[kind="html"] > SvelteStartTag > SvelteAttribute[key.name="style"]',
          message: 'The content security policy refuses style attributes; use style:name={value}.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Addresses are made by lib/paths.ts; the application has no base path.
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/no-at-html-tags': 'error',
    },
  },
  {
    files: ['src/draw/**'],
    rules: {
      'no-restricted-globals': ['error', 'fetch', 'document', 'window', 'Intl', 'localStorage'],
    },
  },
  // Types are checked everywhere else.
  { files: ['e2e/**/*.js', 'scripts/**/*.js'], rules: { 'no-undef': 'error' } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
)
