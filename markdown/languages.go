package markdown

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// language looks up a fence's language. An unknown one keeps the name that the author wrote.
func (b *builder) language(word string) lang.Language {
	l, ok := b.cfg.Language(strings.ToLower(word))
	if !ok {
		return lang.Language{Name: b.src.clean(word)}
	}
	return l
}

// checkGlued warns about attributes that stick to the language, which makes it an unknown one:
// bash+exec, rust{1}, or no language at all before +exec.
func (b *builder) checkGlued(word string, at slides.Span) {
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
	b.warn(at, fmt.Sprintf("%q becomes the name of the language", word),
		fmt.Sprintf("did you mean \"%s %s\"? Put a space before %c", word[:i], word[i:], word[i]))
}
