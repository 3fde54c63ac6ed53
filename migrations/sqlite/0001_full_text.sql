-- Words of chunks, stemmed; rowid is chunks.row. Rows are written while a document is parsed and shown once it is whole.
CREATE VIRTUAL TABLE chunk_words USING fts5(text, headings, tokenize = 'porter unicode61 remove_diacritics 2');
--> statement-breakpoint
-- Chunks in scripts without spaces between words, which the tokenizer above cannot cut.
CREATE VIRTUAL TABLE chunk_trigrams USING fts5(text, tokenize = 'trigram');
