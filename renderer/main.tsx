/** Starts the window: connects to the backend, or asks for the token first. */
import './style.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Root } from './views/root';

const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry: 1, refetchOnWindowFocus: false } } });
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>,
  );
}
