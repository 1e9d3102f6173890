import { MantineProvider } from '@mantine/core';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { rememberPath } from './access/return-path.ts';
import { router } from './router.tsx';
import { Announcer } from './ui/Announcer.tsx';
import { problemCode } from './ui/problem.ts';
import { theme } from './ui/theme.ts';

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // An answer of the server is an answer; only a broken line is worth another try.
      retry: (failures, error) => problemCode(error) === null && failures < 2,
    },
  },
});

function leaveWhenSignedOut(error: unknown): void {
  if (problemCode(error) !== 'sign-in-needed') return;
  rememberPath(router.history.location.href);
  void router.navigate({ to: '/sign-in' });
}

/** The console. Mantine's styles are files and our variables, so nothing is injected and the CSP needs no exception. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Announcer />
      </QueryClientProvider>
    </MantineProvider>
  );
}
