// The identity of the web app: its palette, type scale and component defaults. Named after the serin,
// a small yellow-green finch: pine for actions, canary for the brand, calm inks for everything else.
import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

/** Actions, links, focus: shades 7 and 6 carry white text, shade 3 is read on dark ground. */
const pine: MantineColorsTuple = [
  '#eaf5f0',
  '#d5e9df',
  '#a9d4c0',
  '#7bbf9f',
  '#52a982',
  '#33906a',
  '#227757',
  '#165f45',
  '#0e4a35',
  '#083526',
];

/** The bird's yellow: brand marks and the production stripe, never text on light ground. */
const canary: MantineColorsTuple = [
  '#fffbe0',
  '#fef5b8',
  '#fbec85',
  '#f7e04f',
  '#f0d11f',
  '#dbbb0c',
  '#b39706',
  '#86710a',
  '#5e4f0b',
  '#3a310a',
];

/** Warm-green neutrals of the light scheme. */
const gray: MantineColorsTuple = [
  '#f6f7f3',
  '#eef0ea',
  '#e2e6dd',
  '#d0d6cb',
  '#b2bbae',
  '#87928a',
  '#5b675f',
  '#414c45',
  '#2a332d',
  '#18201b',
];

/** Neutrals of the dark scheme, lightest first as Mantine wants them. */
const dark: MantineColorsTuple = [
  '#e3e9e4',
  '#bcc7bf',
  '#98a59c',
  '#6f7d74',
  '#3b4740',
  '#2c3731',
  '#1f2823',
  '#171e1a',
  '#0f1512',
  '#0a0e0c',
];

/** "Fine": a bluish green that stays apart from `harm` for colour-blind people. */
const safe: MantineColorsTuple = [
  '#e2f6f0',
  '#c5ecdf',
  '#90d9c1',
  '#58c4a2',
  '#2aae87',
  '#0d9670',
  '#067a5b',
  '#056249',
  '#044c39',
  '#023629',
];

/** "Look here": amber. */
const watch: MantineColorsTuple = [
  '#fdf3e0',
  '#fae5bd',
  '#f4cc80',
  '#ecb145',
  '#de9718',
  '#bd7c07',
  '#976205',
  '#784d05',
  '#5b3a05',
  '#3f2804',
];

/** "Hurt": vermilion. */
const harm: MantineColorsTuple = [
  '#fdeeea',
  '#fad8d0',
  '#f4b0a1',
  '#ec8570',
  '#e26249',
  '#d0452b',
  '#b3341d',
  '#932917',
  '#732012',
  '#52170d',
];

/** Neutral information: blue. */
const info: MantineColorsTuple = [
  '#e9f2fb',
  '#d0e3f5',
  '#a3c8ea',
  '#73abdd',
  '#4990cf',
  '#2c78bb',
  '#1f629d',
  '#184e7e',
  '#123b60',
  '#0b2842',
];

export const theme: MantineThemeOverride = createTheme({
  colors: { pine, canary, gray, dark, safe, watch, harm, info },
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '11px', xl: '18px' },
  headings: {
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } },
    Drawer: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: {
        content: { background: 'var(--s-surface)' },
        header: { background: 'var(--s-surface)' },
      },
    },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: {
      defaultProps: {
        shadow: 'md',
        radius: 'md',
        withinPortal: true,
        // It would be a child of the menu that is no item of it; the first item takes the focus instead.
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { shadow: 'md', radius: 'md' } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/**
 * Our own variables beside Mantine's. `--s-on` and `--s-off` are the two arms of every comparison:
 * orange and blue, the pair that all common kinds of colour blindness keep apart.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--s-page-max': '1160px',
    '--s-nav-width': '224px',
  },
  light: {
    '--mantine-color-body': '#f6f7f3',
    '--mantine-color-text': '#18201b',
    '--mantine-color-dimmed': '#56625a',
    '--mantine-color-placeholder': '#717d75',
    '--mantine-color-anchor': '#165f45',
    '--mantine-color-error': '#b3341d',
    '--s-surface': '#ffffff',
    '--s-sunken': '#eef0ea',
    '--s-border': '#dde2d8',
    '--s-border-strong': '#87928a',
    '--s-hover': '#f1f3ed',
    '--s-on': '#b85c00',
    '--s-on-soft': '#f3c48f',
    '--s-off': '#1f629d',
    '--s-off-soft': '#a3c8ea',
    '--s-safe': '#067a5b',
    '--s-watch': '#976205',
    '--s-harm': '#b3341d',
    '--s-shadow': '0 1px 2px rgb(24 32 27 / 6%)',
  },
  dark: {
    '--mantine-color-body': '#0f1512',
    '--mantine-color-text': '#e3e9e4',
    '--mantine-color-dimmed': '#9daba1',
    '--mantine-color-placeholder': '#7f8d84',
    '--mantine-color-anchor': '#7bbf9f',
    '--mantine-color-error': '#ec8570',
    '--s-surface': '#171e1a',
    '--s-sunken': '#121815',
    '--s-border': '#2c3731',
    '--s-border-strong': '#6f7d74',
    '--s-hover': '#1d2520',
    '--s-on': '#f0a04b',
    '--s-on-soft': '#6b4317',
    '--s-off': '#73abdd',
    '--s-off-soft': '#1e4468',
    '--s-safe': '#58c4a2',
    '--s-watch': '#ecb145',
    '--s-harm': '#ec8570',
    '--s-shadow': '0 1px 2px rgb(0 0 0 / 40%)',
  },
});
