import { createTheme, defaultVariantColorsResolver, type VariantColorsResolver } from '@mantine/core';

/** Buttons are ink, never a hue: hues are kept for decisions and states. `red` marks what takes something away. */
const resolveVariant: VariantColorsResolver = (input) => {
  const border = '1px solid transparent';
  const tone = input.color === 'red' ? 'var(--fm-danger)' : 'var(--fm-text)';
  switch (input.variant) {
    case 'filled':
      return { background: 'var(--fm-ink)', hover: 'var(--fm-ink-hover)', color: 'var(--fm-on-ink)', border };
    case 'default':
      return {
        background: 'var(--fm-surface)',
        hover: 'var(--fm-sunken)',
        color: tone,
        border: '1px solid var(--fm-line-strong)',
      };
    case 'subtle':
      return { background: 'transparent', hover: 'var(--fm-sunken)', color: tone, border };
    default:
      return defaultVariantColorsResolver(input);
  }
};

/** The theme for Mantine's components. Colours stand in tokens.css; nothing here may need a CSS variable of its own. */
export const theme = createTheme({
  variantColorResolver: resolveVariant,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Named, because Mantine asks the resolver above only for a variant that is.
    Button: { defaultProps: { size: 'sm', variant: 'filled' } },
    // `lockScroll` injects a <style>, which the content security policy refuses; base.css locks instead.
    Modal: {
      defaultProps: {
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120, transition: 'fade' },
        padding: 'lg',
      },
    },
    Drawer: {
      defaultProps: {
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120 },
      },
    },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
});
