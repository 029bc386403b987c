package glance

import (
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// schemaHandler serves a schema; clients such as python-glanceclient build their models from it.
// API reference: Image Schemas.
func schemaHandler(make func() dict) httpapi.Handler[*Service] {
	return func(*Service, *httpapi.Call) (httpapi.Reply, error) { return httpapi.Reply{JSON: make()}, nil }
}

func showImageSchema() dict  { return imageSchema.Dict() }
func showMemberSchema() dict { return memberSchema }
func showTaskSchema() dict   { return taskSchema(false) }

// showImagesSchema is that of a list with pages.
func showImagesSchema() dict {
	s := collection("images", imageSchema.Dict())
	properties, _ := s.Get("properties")
	paged := dict{properties.(dict)[0], {"first", dict{typeString}}, {"next", dict{typeString}}, {"schema", dict{typeString}}}
	return s.With("properties", paged).With("links", pageLinks)
}

var pageLinks = list{
	dict{{"rel", "first"}, {"href", "{first}"}},
	dict{{"rel", "next"}, {"href", "{next}"}},
	dict{{"rel", "describedby"}, {"href", "{schema}"}},
}

func showMembersSchema() dict { return collection("members", memberSchema) }
func showTasksSchema() dict   { return collection("tasks", taskSchema(true)) }

// collection is the schema of a list without pages.
func collection(name string, item dict) dict {
	return dict{
		{"name", name},
		{"properties", dict{
			schema.Pair{Key: name, Value: dict{{"type", "array"}, {"items", item}}},
			{"schema", dict{typeString}},
		}},
		{"links", list{dict{{"rel", "describedby"}, {"href", "{schema}"}}}},
	}
}
