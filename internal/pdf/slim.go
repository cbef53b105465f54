package pdf

import (
	"bytes"
	"compress/zlib"
	"io"
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
	for _, o := range f.objects {
		if d, ok := o.value.(dict); ok && d["Type"] == raw("/Page") {
			f.slimPage(d, fonts)
		}
	}
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
func (f *file) slimPage(d dict, fonts map[ref]*font) {
	r, ok := d["Contents"].(ref)
	if !ok {
		return
	}
	o := f.objects[r]
	if o == nil || o.stream == nil {
		return
	}
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
	resources := f.dict(f.dict(d["Resources"])["Font"])
	p := page{scanner: scanner{data: data}, font: func(name string) *font {
		r, ok := resources[name].(ref)
		if !ok {
			return nil
		}
		if known, ok := fonts[r]; ok {
			return known
		}
		fonts[r] = f.fontOf(f.dict(r))
		return fonts[r]
	}}
	if out, ok := p.rewrite(); ok {
		if packed := deflate(out); len(packed) < len(o.stream) {
			o.stream = packed
		}
	}
}
