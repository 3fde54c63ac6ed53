/** Starts the window: connects to the backend, or asks for the token first. */
import './style.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Root } from './views/root';

/** The backend is on this machine: a cable that is pulled must not make the library's calls wait for the network. */
const networkMode = 'always';
const queries = new QueryClient({
  defaultOptions: { queries: { networkMode, staleTime: 10_000, retry: 1, refetchOnWindowFocus: false }, mutations: { networkMode } },
});
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>,
  );
}
