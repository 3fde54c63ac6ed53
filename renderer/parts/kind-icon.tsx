/** The sign of a document's kind. */
import { BookOpen, FileArchive, FileCode, FileSpreadsheet, FileText, Image, type LucideIcon, Mail, Presentation } from 'lucide-react';

const SIGNS: [RegExp, LucideIcon][] = [
  [/^image\//, Image],
  [/rfc822|mbox/, Mail],
  [/epub/, BookOpen],
  [/zip$/, FileArchive],
  [/sheet|excel|csv|tab-separated/, FileSpreadsheet],
  [/presentation|powerpoint/, Presentation],
  [/json|html|xml$/, FileCode],
];

export function KindIcon({ mime_type, className }: { mime_type: string; className: string }) {
  const Sign = SIGNS.find(([kind]) => kind.test(mime_type))?.[1] ?? FileText;
  return <Sign size={17} aria-hidden className={className} />;
}
