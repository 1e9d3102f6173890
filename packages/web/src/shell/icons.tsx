import type { ReactNode } from 'react';

const PATHS = {
  overview: <path d="M2.5 8.5 9 3l6.5 5.5M4.5 7.5V15h9V7.5M7.5 15v-4h3v4" />,
  patches: <path d="M3 5h12M3 9h9M3 13h6M13.5 10.5v5M11.5 13.5l2 2 2-2" />,
  changes: <path d="M5 3v12M5 6.5h5.5a2 2 0 0 1 2 2V11M10.5 9.5l2 2 2-2M5 3 3.5 4.5M5 3l1.5 1.5" />,
  rollouts: <path d="M3 4.5h5M3 9h8.5M3 13.5h12M10 2.5l2 2-2 2" />,
  assets: <path d="M3 3.5h12v4H3zM3 10.5h12v4H3zM5.5 5.5h.1M5.5 12.5h.1" />,
  policies: <path d="M4.5 2.5h6l3 3v10h-9zM10.5 2.5v3h3M7 9h4M7 12h4" />,
  reports: <path d="M3 15V3M3 15h12M6 12V9M9.5 12V5.5M13 12V8" />,
  audit: <path d="M9 2.5 14.5 5v4c0 3-2.2 5.4-5.5 6.5C5.7 14.4 3.5 12 3.5 9V5zM6.5 9l1.8 1.8L11.7 7" />,
  feeds: <path d="M4 14h.1M4 9.5a4.5 4.5 0 0 1 4.5 4.5M4 5a9 9 0 0 1 9 9" />,
  settings: <path d="M3 5.5h6M13 5.5h2M3 12.5h2M9 12.5h6M11 3.5v4M7 10.5v4" />,
  menu: <path d="M3 5h12M3 9h12M3 13h12" />,
  sun: (
    <path d="M9 1.5v2M9 14.5v2M1.5 9h2M14.5 9h2M3.7 3.7l1.4 1.4M12.9 12.9l1.4 1.4M14.3 3.7l-1.4 1.4M5.1 12.9l-1.4 1.4M12 9a3 3 0 1 1-6 0 3 3 0 0 1 6 0z" />
  ),
  person: <path d="M12 6a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM3.5 15.5c.6-3 2.8-4.5 5.5-4.5s4.9 1.5 5.5 4.5" />,
  search: <path d="M12.5 8a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM11.5 11.5l3.5 3.5" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** A line icon. It never stands alone: a word is beside it or in its button's label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      aria-hidden="true"
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {PATHS[name]}
    </svg>
  );
}
