package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"runtime"
	"sync"
)

// Slim returns a smaller file that shows the same, or an error if the file is not in the form that browsers
// write. Equal files give equal bytes.
func Slim(data []byte) ([]byte, error) {
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	f.roles()
	fonts := map[ref]*font{}
	pages := map[*object]dict{} // by their contents: none is rewritten twice
	for r, o := range f.objects {
		switch d, _ := o.value.(dict); d["Type"] {
		case raw("/Font"):
			fonts[r] = f.fontOf(d)
		case raw("/Page"):
			if r, ok := d["Contents"].(ref); ok && f.objects[r] != nil && f.objects[r].stream != nil {
				pages[f.objects[r]] = f.dict(f.dict(d["Resources"])["Font"])
			}
		}
	}
	var wait sync.WaitGroup
	turn := make(chan bool, runtime.GOMAXPROCS(0))
	for contents, resources := range pages {
		turn <- true
		wait.Go(func() {
			slimPage(contents, func(name string) *font {
				r, _ := resources[name].(ref)
				return fonts[r]
			})
			<-turn
		})
	}
	wait.Wait()
	return f.write(), nil
}

// roles says what the tags are that only newer versions of the format know, so that every reader knows them.
func (f *file) roles() {
	root := f.dict(f.dict(f.trailer["Root"])["StructTreeRoot"])
	if root == nil {
		return
	}
	roles := dict{"Em": raw("/Span"), "Strong": raw("/Span")}
	for k, v := range f.dict(root["RoleMap"]) {
		roles[k] = v
	}
	root["RoleMap"] = roles
}

// mostContents is the limit on the contents of one page.
const mostContents = 64 << 20

// slimPage rewrites the contents of a page, if they can be rewritten.
func slimPage(o *object, font func(name string) *font) {
	about := o.value.(dict)
	if about["Filter"] != raw("/FlateDecode") || about["DecodeParms"] != nil {
		return
	}
	z, err := zlib.NewReader(bytes.NewReader(o.stream))
	if err != nil {
		return
	}
	data, err := io.ReadAll(io.LimitReader(z, mostContents))
	if err != nil || len(data) == mostContents {
		return
	}
	p := page{scanner: scanner{data: data}, font: font}
	if out, ok := p.rewrite(); ok {
		if packed := deflate(out); len(packed) < len(o.stream) {
			o.stream = packed
		}
	}
}
