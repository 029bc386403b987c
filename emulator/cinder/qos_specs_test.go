package cinder

import (
	"fmt"
	"strings"
	"testing"
)

// Answers and sentences in this file were observed on a cloud of release Zed.

func TestQoSSpecs(t *testing.T) {
	c := newTestCloud(t)
	create := func(body string) string {
		t.Helper()
		return "/qos-specs/" + c.must(t, "admin", "POST", "/qos-specs", `{"qos_specs": `+body+`}`)["qos_specs"].(map[string]any)["id"].(string)
	}
	one := create(`{"name": " one ", "total_iops_sec": "1000", "nothing": null}`)
	two := create(`{"name": "two", "consumer": "both"}`)
	id := strings.TrimPrefix(one, "/qos-specs/")
	shown := func() string { return fmt.Sprint(c.must(t, "admin", "GET", one, "")["qos_specs"]) }
	if got := shown(); got != "map[consumer:back-end id:"+id+" name:one specs:map[total_iops_sec:1000]]" {
		t.Error(got)
	}
	if got := fmt.Sprint(c.must(t, "admin", "PUT", one, `{"qos_specs": {"consumer": "front-end", "x": "y", "x/": "z"}}`)); got !=
		"map[qos_specs:map[consumer:front-end x:y x/:z]]" {
		t.Error(got)
	}
	// What comes before the key that is not there goes.
	if status, body := c.as("admin", "PUT", one+"/delete_keys", `{"keys": ["x", "nope", "x/"]}`); status != 404 ||
		!strings.Contains(body, "QoS spec "+id+" has no spec with key nope.") {
		t.Errorf("%d %s", status, body)
	}
	c.must(t, "admin", "PUT", one, `{"qos_specs": {"x/": null, "new": null, "consumer": null}}`)
	if got := shown(); got != "map[consumer:back-end id:"+id+" name:one specs:map[total_iops_sec:1000 x/:<nil>]]" {
		t.Error(got)
	}
	for query, want := range map[string]int{"": 2, "?limit=1": 1, "?name=one": 0, "?consumer=both": 0, "?id=" + id: 1, "?sort=value:asc": 2} {
		if got := c.must(t, "admin", "GET", "/qos-specs"+query, "")["qos_specs"].([]any); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	const consumers = "Invalid qos specs: Valid consumer of QoS specs are: QoSConsumerValues(default=<class " +
		"'oslo_versionedobjects.fields.UnspecifiedDefault'>,nullable=False,valid_values=('back-end', 'front-end', 'both'))"
	for _, tc := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"POST", "/qos-specs", `{"qos_specs": {"name": "one"}}`, 409, "QoS Specs one already exists."},
		{"POST", "/qos-specs", `{"qos_specs": {"name": "x", "consumer": ""}}`, 400, consumers},
		{"POST", "/qos-specs", `{"qos_specs": {"name": "x", "a": 5}}`, 400, `Invalid input received: Value for key "a" is not a string or unicode`},
		{"POST", "/qos-specs", `{"qos_specs": {"name": "x", "": "y"}}`, 400, `Invalid input received: Key "" has 0 characters, less than 1.`},
		{"POST", "/qos-specs", `{"qos_specs": {"name": ""}}`, 400, "An invalid 'name' value was provided. The 'name' can not be None."},
		{"PUT", one, `{"qos_specs": {"consumer": "bad"}}`, 400, consumers},
		{"PUT", "/qos-specs/nope", `{"qos_specs": {"x": "y"}}`, 404, "No such QoS spec nope."},
		{"PUT", one + "/delete_keys", `{"keys": ["consumer"]}`, 404, "QoS spec " + id + " has no spec with key consumer."},
		{"GET", "/qos-specs?marker=nope", "", 404, "No such QoS spec nope."},
		{"GET", "/qos-specs?sort=name", "", 400, "Invalid input received: Invalid sort key"},
		{"GET", one + "/associate", "", 400, "Volume Type id must not be None."},
		{"GET", one + "/associate?vol_type_id=nope", "", 404, "Volume type nope could not be found."},
		{"GET", one + "/disassociate?vol_type_id=nope", "", 404, "Volume type nope could not be found."},
		{"GET", "/qos-specs/nope/disassociate_all", "", 404, "No such QoS spec nope."},
		{"DELETE", one + "?force=foo", "", 400, "Value 'foo' for 'force' is not a boolean."},
		{"DELETE", "/qos-specs/nope", "", 404, "No such QoS spec nope."},
	} {
		c.refused(t, "admin", tc.method, tc.path, tc.body, tc.status, tc.message)
	}
	c.refused(t, "demo", "GET", "/qos-specs", "", 403, "Policy doesn't allow volume_extension:qos_specs_manage:get_all to be performed.")

	typ := c.newType(t, "limited", `{}`)
	typeID := strings.TrimPrefix(typ, "/types/")
	for range 2 {
		if status, _ := c.as("admin", "GET", one+"/associate?vol_type_id="+typeID, ""); status != 202 {
			t.Error(status)
		}
	}
	if got := fmt.Sprint(c.must(t, "admin", "GET", one+"/associations", "")); got != "map[qos_associations:[map[association_type:volume_type id:"+typeID+" name:limited]]]" {
		t.Error(got)
	}
	ofType := func() any {
		return c.must(t, "admin", "GET", typ, "")["volume_type"].(map[string]any)["qos_specs_id"]
	}
	if got := ofType(); got != id {
		t.Error(got)
	}
	c.refused(t, "admin", "GET", two+"/associate?vol_type_id="+typeID, "", 400,
		"Invalid volume type: Type "+typeID+" is already associated with another qos specs: "+id)
	c.refused(t, "admin", "DELETE", one, "", 400, "Qos specs still in use.")
	c.must(t, "admin", "GET", two+"/disassociate?vol_type_id="+typeID, "")
	if got := ofType(); got != id {
		t.Error("the other's went:", got)
	}
	c.must(t, "admin", "GET", one+"/disassociate_all", "")
	if got := ofType(); got != nil {
		t.Error(got)
	}
	c.must(t, "admin", "GET", one+"/associate?vol_type_id="+typeID, "")
	c.must(t, "admin", "DELETE", one+"?force=True", "")
	if got := ofType(); got != nil {
		t.Error(got)
	}
}

// Hosts hear of the limits that are theirs to heed; those per GiB depend on the size (volume/manager.py).
func TestQoSOfConnections(t *testing.T) {
	c := newTestCloud(t)
	q := c.must(t, "admin", "POST", "/qos-specs", `{"qos_specs": {"name": "q", "consumer": "front-end", "read_iops_sec_per_gb": "3",
		"read_iops_sec_per_gb_min": "5", "write_iops_sec_per_gb": "300", "write_iops_sec_max": "200", "other": "1"}}`)["qos_specs"].(map[string]any)["id"]
	typ := strings.TrimPrefix(c.newType(t, "limited", `{}`), "/types/")
	c.must(t, "admin", "GET", fmt.Sprintf("/qos-specs/%s/associate?vol_type_id=%s", q, typ), "")
	v := c.newVolume(t, `, "volume_type": "limited"`)
	out := c.must(t, "demo", "POST", "/volumes/"+v+"/action", `{"os-initialize_connection": {"connector": `+testHost+`}}`)
	data := out["connection_info"].(map[string]any)["data"].(map[string]any)
	if got := fmt.Sprint(data["qos_specs"]); got != "map[other:1 read_iops_sec:5 write_iops_sec:200]" {
		t.Error(got)
	}
}
