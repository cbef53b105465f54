// Package permit is the language of permissions: what a program on a slide may do beyond the
// default. A Grant is one permission, "net" or "write=data"; a Request is a Grant that a deck asks
// for; a Store remembers the user's answers.
//
// A deck asks and a user grants. Two functions keep them apart: Folder.Resolve takes a path from a
// user, who may name any file of theirs; Folder.Ask takes a path from a deck, which may not even
// ask for everything.
package permit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/fetch"
)

// Kind is the subject of a Grant.
type Kind string

// Kinds.
const (
	Net    Kind = "net"    // the network of this machine
	Write  Kind = "write"  // change files, for good
	Read   Kind = "read"   // see files that are otherwise hidden
	Env    Kind = "env"    // a variable of the user's environment
	Fetch  Kind = "fetch"  // packages from a host, when the program is built
	Nested Kind = "nested" // namespaces of each kind that a program may create
	Limits Kind = "limits" // more time, memory and so on than programs get
)

// kind describes the Grants of a Kind: how they are written and read aloud.
type kind struct {
	kind  Kind
	param string // "" if there is none
	check func(arg string) (string, *Error)
	says  func(g Grant) string
}

// kinds is the table of permissions, in the order of questions and lists. It is a function and not
// a variable, because its entries use it to explain themselves.
func kinds() []kind {
	return []kind{
		{Net, "", nil, func(Grant) string { return "use your network, and the services of this machine" }},
		{Write, "PATH", checkPath, func(g Grant) string { return "change " + text.Name(g.Place.Path) + " for good" }},
		{Read, "PATH", checkPath, func(g Grant) string { return "read " + text.Name(g.Place.Path) }},
		{Fetch, "HOST", checkHost, func(g Grant) string { return "use packages from " + text.Name(g.Arg) }},
		{Env, "NAME", checkName, func(g Grant) string { return "see the variable " + text.Name(g.Arg) + " of your environment" }},
		{Nested, "N", checkNested, func(g Grant) string { return "create " + text.Name(g.Arg) + " namespaces of each kind" }},
		{Limits, "", nil, func(g Grant) string { return "exceed the usual limits: " + text.Name(g.Arg) }},
	}
}

// Usage is the syntax of a Grant, for help texts.
const Usage = "net, write=PATH, read=PATH, fetch=HOST, env=NAME, nested=N or limits"

// Grant is one permission beyond the default.
type Grant struct {
	Kind  Kind
	Arg   string // as written: the path, the name, the number; of a limit "memory=4G"
	Place Place  // the target of a Write or Read path, once it was found
}

// Error says what is wrong with a Grant.
type Error struct {
	Msg     string
	Hint    string // "" or a remedy to try
	Missing bool   // there is nothing at the path
}

func (e *Error) Error() string {
	if e.Hint != "" {
		return e.Msg + "; " + e.Hint
	}
	return e.Msg
}

func bad(hint, format string, args ...any) *Error {
	return &Error{Msg: fmt.Sprintf(format, args...), Hint: hint}
}

// Parse reads "net" or "write=data". It does not look for paths. The error is an *Error.
func Parse(word string) (Grant, error) {
	name, arg, has := strings.Cut(word, "=")
	k, err := lookup(name)
	switch {
	case err != nil:
		return Grant{}, err
	case k.param == "" && has:
		return Grant{}, bad("", "%s takes no value", k.kind)
	case !has:
		return makeGrant(k, "")
	}
	return makeGrant(k, arg)
}

// New makes a Grant from a kind's name and its argument, "" if there is none. The error is an
// *Error.
func New(name, arg string) (Grant, error) {
	k, err := lookup(name)
	if err != nil {
		return Grant{}, err
	}
	return makeGrant(k, arg)
}

func lookup(name string) (kind, error) {
	all := kinds()
	if i := slices.IndexFunc(all, func(k kind) bool { return string(k.kind) == name }); i >= 0 {
		return all[i], nil
	}
	if head, tail, ok := strings.Cut(name, ","); ok {
		if _, err := lookup(head); err == nil {
			return kind{}, bad("", "%s: one permission at a time, %s and %s apart", text.Name(name), head, text.Name(tail))
		}
	}
	names := Names()
	hint := "the permissions are " + Usage
	if head, _, ok := strings.Cut(name, ":"); ok && slices.Contains(names, head) {
		hint = "write it as " + head + "=…"
	} else if near := text.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return kind{}, bad(hint, "unknown permission %s", text.Name(name))
}

// Names lists the kinds of permissions.
func Names() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, string(k.kind))
	}
	return out
}

func makeGrant(k kind, arg string) (Grant, error) {
	switch {
	case k.param == "" && arg != "":
		return Grant{}, bad("", "%s takes no value", k.kind)
	case k.param == "":
		return Grant{Kind: k.kind}, nil
	case arg == "":
		return Grant{}, bad("", "%s wants a value: %s=%s", k.kind, k.kind, k.param)
	}
	arg, err := k.check(arg)
	if err != nil {
		return Grant{}, err
	}
	return Grant{Kind: k.kind, Arg: arg}, nil
}

// maxPath is the kernel's limit on paths, including a zero byte.
const maxPath = 4096

// checkPath refuses text that cannot be a path or could not be shown truthfully.
func checkPath(path string) (string, *Error) {
	switch {
	case len(path) >= maxPath:
		return "", bad("", "the path has %d bytes, which is too long", len(path))
	case !utf8.ValidString(path):
		return "", bad("", "%s is not UTF-8", text.Name(path))
	case strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", bad("", "%s has invisible characters", text.Name(path))
	case strings.HasPrefix(path, "~") && path != "~" && !strings.HasPrefix(path, "~/"):
		return "", bad("write ./"+path+" for a file of this name", "%s: write ~/ for your own home; slidexec knows no other", text.Name(path))
	}
	return path, nil
}

// checkHost refuses text that is not a host. It also refuses this machine and hosts of a private
// network: a name server, a deck or a typing mistake must not be able to choose those.
func checkHost(arg string) (string, *Error) {
	place, err := fetch.ParsePlace(arg)
	if err != nil {
		return "", bad("write fetch=example.org, or fetch=example.org:8443 if the port is not 443", "%s: %v", text.Name(arg), err)
	}
	if why := place.Private(); why != "" {
		return "", bad("name it as a registry or a source in your own settings of the tool that fetches, such as ~/.cargo/config.toml",
			"%s %s, and no permission allows fetching from there", text.Name(arg), why)
	}
	return place.String(), nil
}

// checkName refuses names that no shell accepts for a variable.
func checkName(name string) (string, *Error) {
	if name, _, ok := strings.Cut(name, "="); ok {
		return "", bad("set it before slidexec: "+text.Name(name)+"=… slidexec …", "a permission names a variable without a value")
	}
	valid := len(name) <= 255
	for i, c := range name {
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80
		valid = valid && (letter || i > 0 && c >= '0' && c <= '9')
	}
	if !valid {
		return "", bad("use letters, digits and _", "%s is not the name of a variable", text.Name(name))
	}
	return name, nil
}

// MaxNested is how many namespaces of a kind can be granted. It bounds the kernel memory that a
// program can hold in them.
const MaxNested = 64

func checkNested(arg string) (string, *Error) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 || n > MaxNested {
		return "", bad("", "%s is not a number from 0 to %d", text.Name(arg), MaxNested)
	}
	return strconv.Itoa(n), nil
}

// String returns the Grant in its written form: "net", "write=data".
func (g Grant) String() string {
	if g.Arg == "" {
		return string(g.Kind)
	}
	return string(g.Kind) + "=" + g.Arg
}

// key tells Grants apart by the targets of their paths, not by their spelling.
func (g Grant) key() string {
	if g.Place.Path != "" {
		return string(g.Kind) + "=" + g.Place.Path
	}
	return g.String()
}

// Describe says in words what the Grant lets programs do: "read /srv/data".
func (g Grant) Describe() string {
	all := kinds()
	return all[slices.IndexFunc(all, func(k kind) bool { return k.kind == g.Kind })].says(g)
}

// nested returns the number of namespaces of a Nested Grant.
func (g Grant) nested() int {
	n, _ := strconv.Atoi(g.Arg) // checkNested has checked it
	return n
}

// covers reports whether g includes everything that o permits.
func (g Grant) covers(o Grant) bool {
	switch {
	case g.Kind != o.Kind:
		return false
	case g.Kind == Nested:
		return g.nested() >= o.nested()
	case g.Kind == Limits:
		return g.Arg == "" || g.Arg == o.Arg
	case g.Place.Path != "":
		// A grant for a folder does not include files that other tools run, see Guarded.
		inner := strings.TrimPrefix(o.Place.Path, g.Place.Path)
		return within(g.Place.Path, o.Place.Path) && (g.Kind != Write || !Guarded(inner))
	}
	return g.Arg == o.Arg
}
