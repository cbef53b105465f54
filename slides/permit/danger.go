package permit

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// MaxRequests is how many permissions a deck can ask for. Nobody reads more.
const MaxRequests = 32

// maxAsked is the longest path that a deck can ask for, in bytes: a question shows it in full.
const maxAsked = 200

// dangers ranks kinds by the damage of a mistaken yes. A deck can ask to write in many places but
// for one network, and the places must not push the network out of sight. So the network comes
// after them.
var dangers = map[Kind]int{Limits: 0, Nested: 1, Read: 2, Fetch: 3, Env: 4, Write: 5, Net: 6}

// ByDanger sorts requests for a question: the most dangerous comes last, where the user reads it.
func ByDanger(requests []Request) []Request {
	out := slices.Clone(requests)
	slices.SortStableFunc(out, func(a, b Request) int {
		return cmp.Or(cmp.Compare(dangers[a.Kind], dangers[b.Kind]), cmp.Compare(len(a.Warnings()), len(b.Warnings())))
	})
	return out
}

// startUp are files and folders, of a home or of anything, whose contents tools run unasked.
var startUp = []string{
	".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".login", ".cshrc", ".kshrc", ".inputrc",
	".xinitrc", ".xprofile", ".xsession", ".xsessionrc", ".config", ".local", ".ssh", ".gnupg", ".emacs", ".emacs.d", ".vimrc", ".vim", ".gitconfig", ".pam_environment",
	"bin", "autostart", "LaunchAgents", "Desktop", "cron.d", "systemd",
}

// Warnings lists dangers of a grant that its path alone does not show; nil for most.
func (g Grant) Warnings() []string {
	switch g.Kind {
	case Env:
		if secretName(g.Arg) {
			return []string{"its name says that it holds a secret"}
		}
		return nil
	case Read, Write:
		return g.Place.warnings(g.Kind == Write, os.Getenv("PATH"), Homes(g.Place.Path, Home()))
	}
	return nil
}

func (p Place) warnings(write bool, pathVariable string, homes []string) []string {
	if p.Path == "" {
		return nil
	}
	var out []string
	if p.Name != p.Path {
		out = append(out, text.Name(p.Name)+" is a link that leads there")
	}
	root := (Folder{homes: homes})
	switch {
	case p.Path == "/" || root.holdsHome(p.Path):
		out = append(out, "a whole home directory is there")
	case p.Rel == "" && !root.atHome(p.Path) && slices.ContainsFunc(slices.Concat(system, closed), func(dir string) bool { return within(dir, p.Path) }):
		out = append(out, "it belongs to the system")
	}
	if !write {
		return out
	}
	for _, dir := range filepath.SplitList(pathVariable) {
		if real, err := filepath.EvalSymlinks(dir); err == nil && filepath.IsAbs(real) && (within(p.Path, real) || within(real, p.Path)) {
			return append(out, "commands that you use are there: "+text.Name(real)+" is in PATH")
		}
	}
	for _, home := range homes {
		rel, ok := strings.CutPrefix(p.Path, home+"/")
		if ok && slices.ContainsFunc(strings.Split(rel, "/"), func(part string) bool { return slices.Contains(startUp, part) }) {
			return append(out, "files there can run when you log in, open a shell or click")
		}
	}
	return out
}

// secretName reports whether a variable's name says that it holds a secret.
func secretName(name string) bool {
	return slices.ContainsFunc([]string{"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "AUTH", "COOKIE"}, func(word string) bool {
		return strings.Contains(strings.ToUpper(name), word)
	})
}
