package budget

// Budgets of the text of a deck. markdown keeps to them.
var (
	// Deck bounds the file of a deck.
	Deck = &Budget{"size of a deck", 32 << 20, Bytes,
		"slidexec reads, parses and keeps the whole deck",
		"the deck is refused", "split the talk into several decks"}
	// File bounds a file of text that a deck names.
	File = &Budget{"size of a file that a deck names", 16 << 20, Bytes,
		"slidexec reads the whole file",
		"the file is left out", "include or show a part of it"}
	// Text bounds the deck and the files it includes.
	Text = &Budget{"text of a deck with its includes", 32 << 20, Bytes,
		"slidexec parses and keeps all text",
		"the file is left out", "split the talk into several decks"}
	// Again bounds the text of files that are included again, not counting the first time.
	Again = &Budget{"text of files that are included again", 512 << 10, Bytes,
		"a short comment can repeat a long file",
		"this repetition is left out", "include a long file once"}
	// Includes bounds the number of includes.
	Includes = &Budget{"includes", 1000, Items,
		"files that include each other twice double the text with every level",
		"the file is left out", "join small files; files may include each other over and over"}
	// Depth bounds the nesting of includes.
	Depth = &Budget{"nesting of includes", 32, Deep,
		"files that include each other would never end",
		"the file is left out", "include the file from one that is nearer to the deck"}
	// Rows bounds the lines of the deck and its includes.
	Rows = &Budget{"lines of a deck with its includes", 1 << 20, Lines,
		"a line can be a block, which takes a hundred times the memory of a character",
		"the rest is left out", "split the talk into several decks"}
	// Line bounds one line.
	Line = &Budget{"length of a line", 1 << 20, Bytes,
		"slidexec wraps a paragraph as a whole",
		"the rest of the line is left out", "put data, such as a picture, into a file of its own"}
	// Links bounds the addresses and titles of links and pictures that use a link reference.
	Links = &Budget{"addresses of links by reference", 512 << 10, Bytes,
		"a short link can repeat a long address",
		"this link is shown without its address", "write a long address once, in the link itself"}
	// Gaps bounds the blank lines of commands that ask for many.
	Gaps = &Budget{"long gaps by new_lines", 20_000, Lines,
		"a short command can take many lines of a page",
		"this gap is left out", "ask for fewer lines, or for jump_to_middle"}
	// Titles bounds the titles in lists of slides.
	Titles = &Budget{"titles in lists of slides", 512 << 10, Bytes,
		"a short comment can repeat the titles of all slides",
		"the rest of them is left out", "make fewer lists, or say how many entries they have: <!-- contents: 5 -->"}
	// Gallery bounds the sum of all pictures. Each counts as often as it is shown.
	Gallery = &Budget{"pictures of a deck", 64 << 20, Bytes,
		"a page holds all pictures",
		"this picture is left out", "make pictures smaller, or split the talk into several decks"}
	// Shown bounds the text of files that code blocks show or programs get as their environment.
	Shown = &Budget{"files shown or used again by code blocks", 1 << 20, Bytes,
		"a short block can repeat a long file",
		"the file is left out here", "show a part of the file with start_line and end_line"}
)

// Budgets of program output and of pages. slides/run and the backends keep to them.
var (
	// Output bounds the kept output of all programs of a deck.
	Output = &Budget{"output of all programs of a deck", 32 << 20, Bytes,
		"slidexec keeps it in memory and draws it into the page",
		"the rest of this program's output is left out", "let the programs print less, or split the talk"}
	// Copies bounds the output of one program, times the number of placeholders.
	Copies = &Budget{"output of one program at all its placeholders", 4 << 20, Bytes,
		"a short comment can repeat a long output",
		"this place does not repeat it", "show a long output at one place"}
	// Pictures bounds one picture, times the number of places where a page shows it.
	Pictures = &Budget{"one picture at all its places", 32 << 20, Bytes,
		"a page holds a copy of a picture for every place",
		"this place does not repeat it", "show a large picture at fewer places, or make it smaller"}
	// Linked bounds the files that links lead to, in a folder with a page.
	Linked = &Budget{"files that links lead to, in a folder", 128 << 20, Bytes,
		"slidexec reads and copies them",
		"this one is not copied", "put large files on a web server, and link to that"}
)

// Guests bounds the speaker's views of one talk in other terminals. slides/remote keeps to it.
var Guests = &Budget{"speaker's views of a talk in other terminals", 16, Items,
	"each gets the deck and the output of all programs",
	"another one waits until one is closed", "close a view that nobody looks at"}

// Budgets of what a speaker draws on the slides. slides/stage keeps to them.
var (
	// Strokes bounds the strokes of all slides.
	Strokes = &Budget{"strokes drawn on the slides of a talk", 2000, Items,
		"every window that opens gets all of them",
		"nothing more is drawn", "clear the drawings of earlier slides"}
	// Points bounds the points that strokes are made of.
	Points = &Budget{"points of these strokes", 40_000, Items,
		"a pen makes a hundred a second",
		"nothing more is drawn", "clear the drawings of earlier slides"}
)

// Table lists all budgets, in the order in which a deck meets them.
func Table() []*Budget {
	return []*Budget{Deck, File, Text, Rows, Line, Includes, Depth, Again, Links, Shown, Gaps, Titles, Gallery, Output, Copies, Pictures, Guests, Strokes, Points}
}
