package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// displayNames are the languages that a deck's blocks are commonly in, each with the names that
// stand for it. They name languages for display and for hints; what can be run is for
// Config.Language to say.
func displayNames() map[string][]string {
	return map[string][]string{
		"ada": nil, "asp": nil, "awk": nil, "bash": nil, "bat": {"cmd"}, "c": nil, "clojure": nil, "cmake": nil,
		"cpp": {"c++", "cxx"}, "crontab": nil, "csharp": {"c#", "cs"}, "css": nil, "d": nil, "d2": nil, "dart": nil,
		"diff": nil, "docker": {"dockerfile"}, "dotenv": nil, "elixir": nil, "elm": nil, "erlang": nil, "file": nil,
		"fish": nil, "fsharp": {"f#"}, "gdscript": nil, "go": {"golang"}, "graphql": nil, "haskell": {"hs"},
		"html": nil, "java": nil, "javascript": {"js"}, "json": nil, "jsonnet": nil, "jsx": nil, "julia": nil,
		"kotlin": nil, "latex": {"tex"}, "lua": nil, "make": {"makefile"}, "markdown": {"md"}, "mermaid": nil,
		"nix": nil, "nushell": {"nu"}, "ocaml": nil, "perl": nil, "php": nil, "powershell": {"pwsh"},
		"protobuf": {"proto"}, "puppet": nil, "python": {"py"}, "r": nil, "racket": nil, "ruby": {"rb"},
		"rust": {"rs"}, "rust-script": nil, "scala": nil, "shell": {"sh"}, "sql": nil, "svelte": nil, "swift": nil,
		"tcl": nil, "terraform": {"tf"}, "toml": nil, "tsx": nil, "typescript": {"ts"}, "typst": nil,
		"verilog": nil, "vue": nil, "wsl": nil, "xml": nil, "yaml": {"yml"}, "zig": nil, "zsh": nil,
	}
}

// languageNames lists every name of every language.
func languageNames() []string {
	var out []string
	for name, aliases := range displayNames() {
		out = append(append(out, name), aliases...)
	}
	slices.Sort(out)
	return out
}

// language looks a fence's language up: what runs it, and its canonical name.
func (b *builder) language(word string) (name string, lang Language, known bool) {
	lower := strings.ToLower(word)
	if b.cfg.Language != nil && lower != "" {
		if lang, known = b.cfg.Language(lower); known {
			return lang.Name, lang, true
		}
	}
	if name, ok := b.display[lower]; ok {
		return name, Language{}, false
	}
	return b.src.clean(word), Language{}, false
}

// displayIndex maps every name of every language to its canonical one.
func displayIndex() map[string]string {
	index := map[string]string{}
	for name, aliases := range displayNames() {
		index[name] = name
		for _, a := range aliases {
			index[a] = name
		}
	}
	return index
}

// checkGlued warns about attributes that stick to the language, which makes it an unknown one:
// bash+exec, rust{1}, or no language at all before +exec.
func (b *builder) checkGlued(word string, at slides.Span) {
	if _, ok := b.display[strings.ToLower(word)]; ok {
		return
	}
	i := strings.IndexAny(word, "+{")
	if i < 0 {
		return
	}
	name, _, _ := splitToken(word[i:])
	if b.attrs[name] == nil {
		return
	}
	if i == 0 {
		b.warn(at, "no language before "+word, "write the language first, as in ```bash +exec")
		return
	}
	b.warn(at, fmt.Sprintf("%q is taken for the name of a language", word),
		fmt.Sprintf("did you mean \"%s %s\"? Put a space before %c", word[:i], word[i:], word[i]))
}
