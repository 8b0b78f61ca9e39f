//! What to read: chapters, decks and quizzes.
