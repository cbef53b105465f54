package run

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// A key names a result, or a compiled program, by everything that decides what it is. Each is made
// of a struct whose fields say what that is: they go in by name and type, and everything of variable
// length with its length, so that no two values look alike. A field that is added to one of these
// structs, or to one in them as sandbox.Policy, is part of the key without further ado.

// keyVersion changes whenever what an earlier version kept must not be taken for one of this.
const keyVersion = "slidexec 2"

// origin is what every key begins with.
type origin struct {
	Version   string
	Domain    string // whose it is
	System    string // the programs of the system, and this one
	Headers   string // what compilers read beside the program
	NoSandbox bool
	Degraded  bool
	Tools     []toolID
	Env       []string
}

// toolID is what a key says of a tool.
type toolID struct {
	Path, Stamp string
	Env         []string
	Mounts      []sandbox.Mount
}

// runInputs decide what a program prints.
type runInputs struct {
	Origin   origin
	Code     string
	Language string
	Executor string
	File     string
	Steps    [][]string
	Builder  Builder
	Deny     bool
	Policy   sandbox.Policy // without mounts: those are of tools and folders
	Grants   []string
	Folder   string // content of what the program can read beside the deck
	Asides   []string
	Places   []placeID // likewise of what was granted
}

// placeID is what a key says of a place that programs may read.
type placeID struct{ Kind, Path, Dst, Content string }

// origin says where the job's results come from.
func (j *job) origin(tools []toolchain.Tool, env []string) origin {
	o := origin{
		Version: keyVersion, Domain: j.r.domainID, System: j.r.system, NoSandbox: j.r.o.NoSandbox, Degraded: j.r.o.Degraded, Env: env,
	}
	if j.plan.compiles() {
		o.Headers = j.scene.headers()
	}
	for _, t := range tools {
		o.Tools = append(o.Tools, toolID{t.Path, t.Stamp, t.Env, t.Mounts})
	}
	return o
}

// key names the result of a snippet. It is "" where what the program can read is more than can be
// looked through: such a result is not kept.
func (j *job) key() string {
	files := j.scene.files()
	asides, ok := j.asides(files)
	places, granted := j.places()
	if !ok || !granted || files.err != nil {
		return ""
	}
	return keyOf(runInputs{
		Origin: j.origin(j.plan.tools, j.env(j.plan.lang.Env, j.s.Env, grantedEnv(j.with.Allow))),
		Code:   j.s.Code, Language: j.plan.lang.Name, Executor: j.s.Exec.Executor, File: j.plan.lang.File, Steps: j.plan.steps,
		Builder: j.plan.lang.Builder, Deny: j.plan.lang.Deny, Policy: j.r.policy(j.with), Grants: j.with.Allow.Strings(),
		Folder: files.sum, Asides: asides, Places: places,
	})
}

// keyOf names a value.
func keyOf(v any) string {
	h := sha256.New()
	encode(h, reflect.ValueOf(v))
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// encode writes a value so that no other is written alike. A type that it does not know is a bug.
func encode(h hash.Hash, v reflect.Value) {
	number := func(kind byte, n uint64) {
		var b [9]byte
		b[0] = kind
		binary.LittleEndian.PutUint64(b[1:], n)
		_, _ = h.Write(b[:]) // a hash takes everything
	}
	switch v.Kind() {
	case reflect.String:
		number('s', uint64(v.Len()))
		_, _ = h.Write([]byte(v.String()))
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		number('b', n)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number('i', uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number('u', v.Uint())
	case reflect.Slice, reflect.Array:
		number('l', uint64(v.Len()))
		for i := range v.Len() {
			encode(h, v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		number('m', uint64(len(keys)))
		for _, k := range keys {
			encode(h, k)
			encode(h, v.MapIndex(k))
		}
	case reflect.Struct:
		number('f', uint64(v.NumField()))
		for i := range v.NumField() {
			encode(h, reflect.ValueOf(v.Type().Field(i).Name))
			encode(h, v.Field(i))
		}
	case reflect.Pointer:
		f, ok := v.Interface().(*os.File)
		if !ok {
			panic(fmt.Sprintf("run: a key of a %s", v.Type()))
		}
		var st store.Stat // of the file that it is, not of what is in it
		if f != nil {
			st, _ = store.StatFile(f) // a closed one is none
		}
		number('o', st.Dev)
		number('o', st.Ino)
	default:
		panic(fmt.Sprintf("run: a key of a %s", v.Type()))
	}
}
