package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
)

// Slim returns a smaller file that shows the same and keeps to PDF/UA-1, or an error if the file is not in the
// form that browsers write. If a page has contents that Slim does not know, they stay as they are, and the file
// does not say that it keeps to PDF/UA-1. Equal files give equal bytes.
func Slim(data []byte, about About) ([]byte, error) {
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	f.tags()
	fonts := map[ref]*font{}
	pages := map[*object]dict{} // their resources, by their contents: none is rewritten twice
	for r, o := range f.objects {
		switch d, _ := o.value.(dict); d["Type"] {
		case raw("/Font"):
			fonts[r] = f.fontOf(d)
		case raw("/Page"):
			if r, ok := d["Contents"].(ref); ok && f.objects[r] != nil && f.objects[r].stream != nil {
				pages[f.objects[r]] = f.dict(d["Resources"])
			}
		}
	}
	var unknown atomic.Bool
	var wait sync.WaitGroup
	turn := make(chan bool, runtime.GOMAXPROCS(0))
	for contents, resources := range pages {
		turn <- true
		wait.Go(func() {
			named := f.dict(resources["Font"])
			things := f.dict(resources["XObject"])
			if !slimPage(contents, page{
				font: func(name string) *font { r, _ := named[name].(ref); return fonts[r] },
				flat: func(name string) bool { return f.dict(things[name])["Subtype"] == raw("/Image") },
			}) {
				unknown.Store(true)
			}
			<-turn
		})
	}
	wait.Wait()
	about.Universal = !unknown.Load()
	f.describe(about)
	return f.write(), nil
}

// mostContents is the limit on the contents of one page.
const mostContents = 64 << 20

// slimPage rewrites the contents of a page, and reports whether it could.
func slimPage(o *object, p page) bool {
	about := o.value.(dict)
	if about["Filter"] != raw("/FlateDecode") || about["DecodeParms"] != nil {
		return false
	}
	z, err := zlib.NewReader(bytes.NewReader(o.stream))
	if err != nil {
		return false
	}
	data, err := io.ReadAll(io.LimitReader(z, mostContents))
	if err != nil || len(data) == mostContents {
		return false
	}
	p.scanner = scanner{data: data}
	out, ok := p.rewrite()
	if ok {
		o.stream = deflate(out)
	}
	return ok
}
