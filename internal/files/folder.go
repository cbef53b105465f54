package files

import (
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

// A folder of files that belong together, such as a page and its pictures, is written as a whole: whoever
// opens the page finds all that belongs to it, and a crash leaves the old page or the new one.
//
// A new folder is filled under another name, beside its place, and renamed. An existing one stays the same
// folder, because a web server or a version control system may have its hands on it: each file beside
// the page has its content in its name, so none is ever changed. New files come first, then the page
// is replaced at once, then the files that it no longer needs are removed. The list of what was written
// stands in the folder (see record), and nothing else is ever replaced or removed.

// Entry is a file of a folder that slidexec writes.
type Entry struct {
	Name string // Page, or the name from Asset
	Data []byte
}

// Page is the name of the file that the others belong to.
const Page = "index.html"

// assets is the folder of the files beside the page.
const assets = "files"

// record is the name of the file that says what slidexec has written.
const record = ".slidexec"

// mark is the first line of a record.
const mark = "slidexec wrote this folder. It replaces and removes the files that are listed here, and no others."

// maxRecord bounds a record, in bytes.
const maxRecord = 16 << 20

// Asset returns the name of a file beside the page. The hash is that of its content, in 16 hexadecimal
// digits; name and ext may be a stranger's, and only letters, digits and hyphens of them are kept.
func Asset(name, hash, ext string) string {
	plain := func(s string, most int) string {
		s = strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
				return r
			case r >= 'A' && r <= 'Z':
				return r + 'a' - 'A'
			}
			return '-'
		}, s)
		return s[:min(len(s), most)]
	}
	out := assets + "/"
	if name = strings.Trim(plain(name, 60), "-"); name != "" {
		out += name + "-"
	}
	return out + hash + "." + strings.Trim(plain(ext, 8), "-")
}

// assetName matches the names from Asset. A record may come from a stranger, too.
var assetName = pattern.New(`^` + assets + `/([a-z0-9-]{1,60}-)?[0-9a-f]{16}\.[a-z0-9-]{0,8}$`)

func known(name string) bool { return name == Page || assetName().MatchString(name) }

// recordOf returns the record of files.
func recordOf(names []string) []byte {
	return []byte(mark + "\n" + strings.Join(names, "\n") + "\n")
}

// parseRecord returns the names in a record. ok is false if data is none. It leaves out names that slidexec
// does not give.
func parseRecord(data []byte) (names []string, ok bool) {
	lines := strings.Split(string(data), "\n")
	if lines[0] != mark {
		return nil, false
	}
	for _, name := range lines[1:] {
		if known(name) {
			names = append(names, name)
		}
	}
	return names, true
}

// CheckFolder returns the error that WriteFolder would return for the place of the folder, as far as it can
// know without writing.
func (t Target) CheckFolder() error {
	f, err := t.findFolder()
	if err != nil {
		return err
	}
	defer f.close()
	return t.failed(f.check())
}

// WriteFolder fills the folder called Name with the files of list, of which one is Page, and removes the
// files of an earlier list. It makes the folder if there is none. It refuses a folder that is not empty and
// that slidexec did not write. Errors are a [*Refused] or a [*WriteError].
func (t Target) WriteFolder(list []Entry) error {
	f, err := t.findFolder()
	if err != nil {
		return err
	}
	defer f.close()
	return t.failed(f.write(list, t.Perm))
}
