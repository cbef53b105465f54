package code

// unjudged are languages of which the oracle knows nothing. What the scanner says of them is in
// TestHighlightClasses.
var unjudged = map[string]string{
	"asp":     "chroma has no lexer for it",
	"crontab": "chroma has no lexer for it",
	"d2":      "chroma has no lexer for it",
	"dotenv":  "chroma has no lexer for it",
	"mermaid": "chroma has no lexer for it",
}

// maybeKeyword is the kind of what looks like a keyword in one of the two.
const maybeKeyword = other | keywordKind

// exceptions are the differences that are meant, by language.
var exceptions = map[string][]exception{
	"awk": {
		{`\d`, maybeKeyword, numberKind, "$1 is a field, not a number"},
		{`in|next`, keywordKind, other, "keywords that the oracle lacks"},
		{`gsub|length|split|sprintf|substr|toupper`, other, keywordKind, "functions"},
	},
	"bash": {
		{`in`, keywordKind, other, "of for … in and case … in"},
		{`\d+`, numberKind, other, "within ((…)) and before >, where the oracle sees text"},
	},
	"bat": {
		{`\d+`, numberKind, other, "the oracle sees no numbers in arguments"},
		{`/a|/l`, other, keywordKind, "switches of a command"},
		{`off`, keywordKind, other, "of echo off"},
		{`f`, maybeKeyword, stringKind, "the rest of the variable %%f"},
	},
	"clojure": {
		{`catch|cond|do|finally|recur|throw|try`, keywordKind, other, "special forms that the oracle takes for names"},
		{`ewline`, stringKind, other, `\newline is one character`},
	},
	"cmake": {
		{`.+`, other, stringKind, "arguments without quotes are strings to the oracle, and nothing would stand out"},
		{`[\d.]+`, numberKind, stringKind, "numbers among the arguments"},
	},
	"css": {
		{`[a-z-]+`, other, keywordKind, "properties look like the keys of other languages"},
		{`rem|px|deg|em|ms|vw|fr`, numberKind, other | keywordKind, "a unit belongs to its number"},
		{`fr|2n|40em`, numberKind, other, "a unit belongs to its number"},
	},
	"dart": {
		{`as|enum|late|mixin|on|rethrow`, keywordKind, other, "keywords that the oracle lacks"},
	},
	"docker": {
		{`.+`, other, stringKind, "arguments are strings to the oracle, and nothing would stand out"},
		{`\d+`, numberKind, stringKind, "numbers among the arguments"},
		{`\$\{VERSION`, maybeKeyword, stringKind, "a variable among the arguments"},
		{`[\d.]+s?`, numberKind, other, "numbers among the arguments"},
	},
	"elm": {
		{`exposing`, keywordKind, other, "a keyword also in import … exposing"},
		{`main`, other, keywordKind, "a name like others"},
		{`'.'`, stringKind, other, "characters"},
	},
	"fish": {
		{`echo|test`, other, keywordKind, "commands"},
	},
	"fsharp": {
		{`\d.*`, numberKind, other, "the oracle's lexer sees no numbers"},
		{`async|inline|mutable|rec`, keywordKind, other, "keywords that the oracle lacks"},
	},
	"java": {
		{`\d.*`, numberKind, other, "the oracle's lexer sees no numbers"},
	},
	"javascript": {
		{`e-|n`, numberKind, other, "the rest of 1.5e-3 and of 10n"},
	},
	"latex": {
		{`[\w^= ]+|\\in \\R`, stringKind, maybeKeyword, "a formula within text is one piece"},
		{`=|\\in \\R`, stringKind, other, "a formula within text is one piece"},
		{`2`, stringKind, numberKind, "a formula within text is one piece"},
	},
	"make": {
		{`else|define|endef|endif|ifeq|include`, keywordKind, other, "directives"},
		{`for|do|done`, other, keywordKind, "the shell's words in a recipe"},
	},
	"markdown": {
		{"```|```go", other, stringKind, "what opens a block of code is not its text"},
		{`plain code`, stringKind, other, "a block of code without a language"},
	},
	"nix": {
		{`.*patch|<nixpkgs>`, other, stringKind, "paths without quotes"},
	},
	"nushell": {
		{`[a-z ]+`, other, keywordKind, "commands"},
		{`catch|else|in`, keywordKind, other, "keywords that the oracle lacks"},
		{`\.5|10|1kb`, numberKind, other, "numbers that the oracle lacks"},
	},
	"ocaml": {
		{`\d.*`, numberKind, other, "the oracle's lexer sees no numbers"},
		{`raise`, other, keywordKind, "a function"},
	},
	"perl": {
		{`\$!|\$fh|\$line`, maybeKeyword, stringKind, "variables within strings, and <$fh>"},
		{`<|>|//|;`, other, stringKind, "<$fh> reads a line, and // is an operator"},
		{`tr`, stringKind, maybeKeyword, "tr/a/b/ is one piece"},
		{`A-Z/`, stringKind, other, "tr/a/b/ is one piece"},
	},
	"php": {
		{`enum|fn|instanceof|isset|readonly|unset`, keywordKind, other, "keywords that the oracle lacks"},
	},
	"puppet": {
		{`[a-z]+`, other, keywordKind, "types, functions and values"},
		{`and|require|site|unless`, keywordKind, other, "keywords that the oracle lacks"},
		{`.+`, other, stringKind, "what stands in ${…} is code"},
		{`'os'`, stringKind, other, "a string within ${…}"},
	},
	"r": {
		{`library|in`, keywordKind, other, "library loads, and in belongs to for"},
		{`switch`, other, keywordKind, "a function"},
	},
	"ruby": {
		{`defined\?|self`, keywordKind, other, "keywords that the oracle takes for names"},
		{`\.|e-`, numberKind, other, "the rest of 1.5e-3"},
		{`#\{words.size\} lines`, stringKind, commentKind, "a text up to EOT"},
		{`several|EOT|<<~EOT`, stringKind, other, "a text up to EOT"},
		{`name`, stringKind, maybeKeyword, "within a regular expression"},
	},
	"sql": {
		{`c`, other, keywordKind, "a name"},
		{`COUNT|SUM|CURRENT_TIMESTAMP`, other, keywordKind, "functions"},
	},
	"svelte": {
		{`from`, keywordKind, other, "of import … from"},
		{`:`, keywordKind, other, "of {:else}"},
		{`rem`, numberKind, maybeKeyword, "a unit belongs to its number"},
		{`color|font-size|text-decoration`, other, keywordKind, "properties look like the keys of other languages"},
		{`Add</button|placeholder=`, other, stringKind, "the oracle loses its way after {value}"},
	},
	"swift": {
		{`associatedtype|async`, keywordKind, other, "keywords that the oracle lacks"},
	},
	"tcl": {
		{`\d+`, numberKind, other, "within braces, where the oracle sees text"},
		{`eval|require|set`, keywordKind, other, "of namespace eval, package require, array set"},
		{`\$.*`, maybeKeyword, stringKind, "variables within strings"},
	},
	"terraform": {
		{`if|locals|terraform`, keywordKind, other, "keywords that the oracle lacks"},
		{`server`, stringKind, other, `the oracle ends strings at \"`},
	},
	"toml": {
		{`:|b1010|e-3|xFF`, numberKind, other, "the oracle sees only decimal numbers, and dates without colons"},
		{`'|quotes|s \\raw`, stringKind, other, "texts of several lines with quotes in them"},
	},
	"typst": {
		{`cm|pt|fr`, numberKind, keywordKind, "a unit belongs to its number"},
	},
	"typescript": {
		{`extends|satisfies|void`, keywordKind, other, "keywords within types"},
		{`constructor|get|module`, other, keywordKind, "names of methods, and a word that is a keyword only before a string"},
		{`1|n`, numberKind, other, "digits that end a number"},
		{`"extra"`, stringKind, other, "a string is one after module too"},
	},
	"vue": {
		{`A list|of|things to|do|\. -->`, commentKind, other, "a comment within the template"},
		{`of|do`, commentKind, keywordKind, "a comment within the template"},
		{`from|type`, keywordKind, other, "of import … from, and a keyword of TypeScript"},
		{`rem|#`, numberKind, other, "a unit and the sign of a colour belong to their number"},
		{`.*=`, other, stringKind, "the name of an attribute"},
	},
	"wsl": {
		{`in`, keywordKind, other, "of for … in and case … in"},
	},
	"zsh": {
		{`in`, keywordKind, other, "of for … in and case … in"},
		{`\d+`, numberKind, other, "within ((…)) and before >, where the oracle sees text"},
	},
}
