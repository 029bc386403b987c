package cinder

import (
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

var (
	schemaCleanup = schema.New(closed(schema.Dict{
		{"cluster_name", schemaHostname},
		{"disabled", schemaBoolean},
		{"host", schemaHostname},
		{"is_up", schemaBoolean},
		{"binary", schema.Dict{{"enum", schema.List{binaryVolume, binaryScheduler}}}},
		{"resource_id", schemaOptionalUUID},
		{"resource_type", schema.Dict{{"type", schema.List{"string", "null"}}, {"minLength", 0}, {"maxLength", 40}}},
		{"service_id", schema.Dict{{"type", schema.List{"integer", "string", "null"}}, {"pattern", "^[0-9]*$"}, {"maxLength", 11}}},
	}))
	schemaHostname = schema.Dict{
		{"type", schema.List{"string", "null"}},
		{"minLength", 1},
		{"maxLength", 255},
		{"pattern", `^[a-zA-Z0-9-._#@:/+]*$`},
	}
)

type cleanupIn struct {
	ClusterName  *string        `json:"cluster_name"`
	Disabled     maybe[boolish] `json:"disabled"`
	Host         *string        `json:"host"`
	IsUp         boolish        `json:"is_up"`
	Binary       *string        `json:"binary"`
	ResourceID   *string        `json:"resource_id"`
	ResourceType *string        `json:"resource_type"`
	ServiceID    looseID        `json:"service_id"`
}

// looseID is a number, or one in quotes, which is that of no service, or null; the schema has seen it before.
type looseID struct{ text string }

// UnmarshalValue keeps the number as Python writes it.
func (n *looseID) UnmarshalValue(v schema.Value) error {
	if v != nil {
		n.text = schema.Repr(v)
	}
	return nil
}

type cleanupView struct {
	ID          int        `json:"id"`
	Host        string     `json:"host"`
	Binary      string     `json:"binary"`
	ClusterName nullString `json:"cluster_name"`
}

type cleanupOut struct {
	Cleaning    []cleanupView `json:"cleaning"`
	Unavailable []cleanupView `json:"unavailable"`
}

// workersCleanup serves POST /workers/cleanup, since 3.24: what services that are down left half done is put right. All
// services here are up, and nothing waits to be put right: unless it is asked for services that are up, there are none to
// ask. API reference: Block Storage v3, "Cleanup services".
func (s *Service) workersCleanup(_ *httpapi.Call, in cleanupIn) (cleanupOut, error) {
	out := cleanupOut{[]cleanupView{}, []cleanupView{}}
	if t := text(in.ResourceType); t != "" && !strings.EqualFold(t, "volume") && !strings.EqualFold(t, "snapshot") {
		return out, fail.New(fail.Invalid, "Invalid input received: Resource type %s not valid, must be Volume or Snapshot", title(t))
	}
	if id := text(in.ResourceID); id != "" && in.ServiceID.text == "" && in.ClusterName == nil && in.Host == nil {
		// Quirk: upstream's sentence is never filled in (api/v3/workers.py).
		return out, fail.New(fail.Invalid, "Invalid input received: ('There is no resource with UUID %%s pending cleanup.', '%s')", id)
	}
	for i, svc := range s.runningServices(s.db.View()) {
		switch {
		case !bool(in.IsUp),
			in.Host != nil && !svc.runsOn(*in.Host),
			in.ClusterName != nil && svc.Cluster != *in.ClusterName,
			in.Binary != nil && svc.Binary != *in.Binary,
			in.Disabled.Given && in.Disabled.Value != nil && svc.Disabled != bool(*in.Disabled.Value),
			in.ServiceID.text != "" && in.ServiceID.text != strconv.Itoa(i+1):
			continue
		}
		out.Cleaning = append(out.Cleaning, cleanupView{i + 1, svc.Host, svc.Binary, nullString(svc.Cluster)})
	}
	return out, nil
}

// title is Python's str.title() of one word.
func title(s string) string {
	return strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
}
