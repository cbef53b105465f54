package pdf

import (
	"maps"
	"slices"
)

// Browsers tag what they print with the roles of a page's elements. Some of these have a stricter meaning in
// PDF/UA-1, and readers trip over them.

// tags makes the structure keep to PDF/UA-1, and says what the tags are that only newer versions of the format
// know.
func (f *file) tags() {
	catalog := f.dict(f.trailer["Root"])
	if catalog == nil {
		return
	}
	root := f.dict(catalog["StructTreeRoot"])
	if root == nil { // nothing is on the pages
		root = dict{"Type": raw("/StructTreeRoot"), "ParentTree": f.add(dict{"Nums": array{}})}
		at := f.add(root)
		root["K"] = f.add(dict{"Type": raw("/StructElem"), "S": raw("/Document"), "P": at})
		catalog["StructTreeRoot"], catalog["MarkInfo"] = at, dict{"Marked": raw("true")}
	}
	roles := dict{"Em": raw("/Span"), "Strong": raw("/Span")}
	maps.Copy(roles, f.dict(root["RoleMap"]))
	root["RoleMap"] = roles
	for _, r := range slices.Sorted(maps.Keys(f.objects)) {
		d, _ := f.objects[r].value.(dict)
		switch {
		case d["S"] == raw("/Figure"):
			f.figure(d)
		case d["S"] == raw("/LI"):
			f.item(r, d)
		case d["Subtype"] == raw("/Link") && d["Contents"] == nil:
			f.link(d)
		}
	}
}

// link says where a link leads.
func (f *file) link(d dict) {
	d["Contents"] = raw("(another slide)")
	if to, ok := f.get(f.dict(d["A"])["URI"]).(raw); ok {
		d["Contents"] = to
	}
}

// figure takes the box of a program or an output, which browsers call a figure, for a part of the page: a
// figure is a picture, and has words in its place.
func (f *file) figure(d dict) {
	if d["Alt"] == nil && d["ActualText"] == nil {
		d["S"] = raw("/Div")
	}
}

// item puts what an item of a list has into its body: an item has a label and a body, and nothing else.
func (f *file) item(at ref, d dict) {
	var kids, body array
	list := f.list(d["K"])
	if list == nil {
		list = array{d["K"]}
	}
	for _, k := range list {
		switch kid := f.dict(k); {
		case kid == nil, kid["S"] == nil, kid["S"] == raw("/Lbl"), kid["S"] == raw("/LBody"):
			kids = append(kids, k)
		default:
			body = append(body, k)
		}
	}
	if len(body) == 0 {
		return
	}
	made := f.add(dict{"Type": raw("/StructElem"), "S": raw("/LBody"), "P": at, "K": body})
	for _, k := range body {
		f.dict(k)["P"] = made
	}
	d["K"] = append(kids, made)
}

// add adds an object.
func (f *file) add(v any) ref {
	f.last++
	f.objects[f.last] = &object{value: v}
	return f.last
}

// describe has the file say what it is.
func (f *file) describe(a About) {
	root := f.dict(f.trailer["Root"])
	if root == nil {
		return
	}
	at := f.add(dict{"Type": raw("/Metadata"), "Subtype": raw("/XML")})
	f.objects[at].stream = a.XMP()
	root["Metadata"] = at
	shows := dict{}
	maps.Copy(shows, f.dict(root["ViewerPreferences"]))
	shows["DisplayDocTitle"] = raw("true")
	root["ViewerPreferences"] = shows
}
