package code

// unjudged are languages of which the oracle knows nothing, or of which its lexer says nothing usable.
var unjudged = map[string]string{}

// exceptions are the differences that are meant, by language.
var exceptions = map[string][]exception{
	"bash": {
		{`in`, keywordKind, other, "of for … in and case … in"},
		{`\$\(|\)`, stringKind, keywordKind, "what opens a command within a string looks like an escape, not like if"},
		{`\d+`, numberKind, other, "within ((…)) and before >, where the oracle sees text"},
	},
	"java": {
		{`\d.*`, numberKind, other, "the oracle's lexer sees no numbers"},
	},
	"javascript": {
		{`from|get`, keywordKind, other, "from and get, where they are keywords"},
	},
	"typescript": {
		{`extends|satisfies|void`, keywordKind, other, "keywords within types"},
		{`constructor|get|module`, other, keywordKind, "names of methods, and a word that is a keyword only before a string"},
		{`1|n`, numberKind, other, "digits that end a number"},
		{`"extra"`, stringKind, other, "a string is one after module too"},
	},
}
