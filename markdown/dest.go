package markdown

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// A link leads to a slide, to the web, or to a file in the deck's folder. Whatever else an author wrote
// is shown as text, and a warning says why.

// unfollowed says why slides do not follow links with some schemes, and what to do.
var unfollowed = map[string][2]string{
	"javascript": {"slides run no scripts from links", "link to a page with https://, or show the code on the slide"},
	"vbscript":   {"slides run no scripts from links", "link to a page with https://, or show the code on the slide"},
	"data":       {"browsers do not open data: from a link", "save it as a file beside the deck, and link to the file"},
	"file":       {"only one machine has that file", "copy it into the deck's folder, and link to it by a relative path"},
}

// leads returns the file of the deck's folder that a link leads to, nil if it leads elsewhere. It reports
// a destination that leads nowhere, unless at is not valid.
func (b *builder) leads(dest string, at slides.Span) *slides.File {
	report := func(why, hint string) *slides.File {
		if at.IsValid() {
			b.warn(at, fmt.Sprintf("this link is shown as text: %s", why), hint)
		}
		return nil
	}
	scheme, _, hasScheme := strings.Cut(dest, ":")
	hasScheme = hasScheme && isWord(strings.Map(schemeRune, scheme)) && !strings.ContainsRune("+-.0123456789", rune(scheme[0]))
	scheme = strings.ToLower(scheme)
	switch {
	case dest == "":
		return nil
	case dest[0] == '#':
		if at.IsValid() && len(dest) > 1 && !slideAddress().MatchString(dest) {
			b.anchors = append(b.anchors, anchor{dest[1:], b.idPlace(at)})
		}
		return nil
	case strings.ContainsFunc(dest, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }):
		return report("its address has a backslash or a control character", "write / in paths, and leave such characters out")
	case hasScheme && (scheme == "https" || scheme == "http" || scheme == "mailto"):
		switch rest := dest[len(scheme)+1:]; {
		case strings.Contains(dest, " "):
			return report("its address has a space", "write %20 for a space")
		case scheme == "mailto" && rest == "", scheme != "mailto" && (len(rest) < 3 || rest[:2] != "//"):
			return report("its address is not complete", "as in https://example.org/page or mailto:name@example.org")
		}
		return nil
	case hasScheme:
		why, known := unfollowed[scheme]
		if !known {
			why = [2]string{fmt.Sprintf("slides do not follow %q", scheme+":"), "they follow https, http, mailto, files beside the deck and titles of slides (#the-title)"}
		}
		return report(why[0], why[1])
	case strings.HasPrefix(dest, "//"):
		return report("its address has no scheme", "write https: before it")
	case dest[0] == '/':
		return report("only one machine has that path", "link to a file in the deck's folder by a relative path, or to a page with https://")
	}
	name, _ := slides.CutDest(dest)
	if plain, err := url.PathUnescape(name); err == nil && plain != name && !b.there(name) {
		name = plain
	}
	if name == "" || strings.IndexByte(name, 0) >= 0 {
		return report("its path is empty", "as in [handout](handout.pdf)")
	}
	f, err := b.linkedFile(name)
	if err == nil {
		return f
	}
	why, hint := reason(err)
	if errors.Is(err, files.ErrOutside) {
		hint = "copy it into the deck's folder"
	}
	if host, _, _ := strings.Cut(name, "/"); strings.HasPrefix(host, "www.") {
		hint = "write https:// before the address of a page"
	} else if strings.HasSuffix(name, "/") || path.Base(name) == ".." || path.Base(name) == "." {
		hint = "link to a file in the folder"
	}
	return report(fmt.Sprintf("%q: %s", name, why), hint)
}

// linkedFile looks for a file that a link leads to. The file is not one of the deck's: a change of it does not
// change the slides, and a rendering may be written to it.
func (b *builder) linkedFile(name string) (*slides.File, error) {
	at := b.path(name)
	b.touched = true
	l, known := b.links[at]
	if !known {
		l.file = slides.NewFile(name, at, nil)
		l.file.Opener, l.file.Private = b.cfg.Files, !b.own(at)
		var info fs.FileInfo
		switch info, l.err = l.file.Stat(); {
		case l.err != nil:
		case info.IsDir():
			l.err = errors.New("a folder")
		case !b.within(at): // the user lets the deck read it, which is not to give it away
			l.err = files.ErrOutside
		}
		b.links[at] = l
	}
	return l.file, l.err
}

// linkEnd is a file that a link leads to, or why there is none.
type linkEnd struct {
	file *slides.File
	err  error
}

// destIn returns the source of a destination that follows at from in a block, or else one character there.
func (b *builder) destIn(from int, block ast.Node, dest []byte) slides.Span {
	if at, ok := b.findDest(from, block, dest); ok {
		return at
	}
	return b.span(from, from+1)
}

// anchor is a link to the slide with a title.
type anchor struct {
	slug string
	idPlace
}

// slideAddress matches links to slides by number.
var slideAddress = pattern.New(`^#(/|s)[0-9]+(\.[0-9]+)?$`)

// anchored warns about links to titles that no slide has.
func (b *builder) anchored() {
	if len(b.anchors) == 0 {
		return
	}
	slugs := b.deck.Slugs()
	names := slices.Sorted(maps.Keys(slugs))
	for _, a := range b.anchors {
		if _, ok := slugs[a.slug]; !ok {
			b.src = a.src
			b.warn(a.at, fmt.Sprintf("this link leads nowhere: no slide has the title %q", a.slug),
				text.Suggest(a.slug, "titles in this form: ", names))
		}
	}
}
