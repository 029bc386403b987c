package nova

import (
	"slices"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// row is an operation.
type row = httpapi.Operation[*Service]

// operations is the whole API.
var operations = sync.OnceValue(func() *httpapi.Table[*Service] {
	rows := slices.Concat(versionRows(), flavorRows(), serverRows(), attachmentRows(), instanceActionRows(), externalEventRows(),
		keyPairRows(), limitRows(), hostRows(), gapRows())
	return httpapi.NewTable(resourceOf, rows)
})

// resourceOf is the first segment behind "/v2.1".
func resourceOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/v2.1/")
	if !ok {
		return path
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

func versionRows() []row {
	show := httpapi.Get((*Service).versionShow)
	return []row{
		{Op: "nova.versions.list", Method: "GET", Path: "/", Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "nova.versions.list", Method: "GET", Path: "", Public: true, Handle: httpapi.Get((*Service).versionList)},
		{Op: "nova.versions.show", Method: "GET", Path: "/v2.1", Public: true, Handle: show},
		{Op: "nova.versions.show", Method: "GET", Path: "/v2.1/", Public: true, Handle: show},
	}
}

func flavorRows() []row {
	const (
		flavors = "/v2.1/flavors"
		one     = flavors + "/{flavor_id}"
		specs   = one + "/os-extra_specs"
		rule    = "os_compute_api:os-flavor-extra-specs:"
	)
	return []row{
		{Op: "nova.flavors.list", Method: "GET", Path: flavors, Handle: httpapi.Get((*Service).flavorList)},
		{Op: "nova.flavors.list_detail", Method: "GET", Path: flavors + "/detail", Handle: httpapi.Get((*Service).flavorListDetail)},
		{
			Op: "nova.flavors.create", Method: "POST", Path: flavors, Policy: "os_compute_api:os-flavor-manage:create",
			Body: httpapi.Schema(schemaFlavorCreate), Handle: httpapi.Get((*Service).flavorCreate),
		},
		{Op: "nova.flavors.show", Method: "GET", Path: one, Handle: httpapi.Get((*Service).flavorShow)},
		{
			Op: "nova.flavors.delete", Method: "DELETE", Path: one, Success: 202, Policy: "os_compute_api:os-flavor-manage:delete",
			Handle: httpapi.Do((*Service).flavorDelete),
		},
		{Op: "nova.flavors.extra_specs.list", Method: "GET", Path: specs, Policy: rule + "index", Handle: httpapi.Get((*Service).extraSpecsList)},
		{
			Op: "nova.flavors.extra_specs.create", Method: "POST", Path: specs, Policy: rule + "create",
			Body: httpapi.Schema(schemaExtraSpecs), Handle: httpapi.Get((*Service).extraSpecsCreate),
		},
		{Op: "nova.flavors.extra_specs.delete", Method: "DELETE", Path: specs + "/{key}", Policy: rule + "delete", Handle: httpapi.Do((*Service).extraSpecsDelete)},
	}
}

func serverRows() []row {
	const (
		servers = "/v2.1/servers"
		one     = servers + "/{server_id}"
		rule    = "os_compute_api:servers:"
	)
	rows := []row{
		{Op: "nova.servers.list", Method: "GET", Path: servers, Policy: rule + "index", Late: true, Handle: httpapi.Get((*Service).serverList)},
		{Op: "nova.servers.list_detail", Method: "GET", Path: servers + "/detail", Policy: rule + "detail", Late: true, Handle: httpapi.Get((*Service).serverListDetail)},
		{
			Op: "nova.servers.create", Method: "POST", Path: servers, Success: 202, Policy: rule + "create",
			Body: createBodies(), Handle: httpapi.Get((*Service).serverCreate),
		},
		{Op: "nova.servers.show", Method: "GET", Path: one, Policy: rule + "show", Late: true, Handle: httpapi.Get((*Service).serverShow)},
		{
			Op: "nova.servers.update", Method: "PUT", Path: one, Policy: rule + "update", Late: true,
			Body: updateBodies(), Handle: httpapi.Get((*Service).serverUpdate),
		},
		{Op: "nova.servers.delete", Method: "DELETE", Path: one, Success: 204, Policy: rule + "delete", Late: true, Handle: httpapi.Do((*Service).serverDelete)},
	}
	rows = append(rows,
		row{
			Op: "nova.servers.interfaces.list", Method: "GET", Path: one + "/os-interface", Policy: "os_compute_api:os-attach-interfaces:list", Late: true,
			Handle: httpapi.Get((*Service).interfaceList),
		},
		row{Op: "nova.servers.ips.list", Method: "GET", Path: one + "/ips", Policy: "os_compute_api:ips:index", Late: true, Handle: httpapi.Get((*Service).addressList)},
		row{Op: "nova.servers.ips.show", Method: "GET", Path: one + "/ips/{network_label}", Policy: "os_compute_api:ips:show", Late: true, Handle: httpapi.Get((*Service).addressShow)},
	)
	for _, action := range []row{
		{Action: "os-start", Policy: rule + "start", Handle: httpapi.Do((*Service).serverStart)},
		{Action: "os-stop", Policy: rule + "stop", Handle: httpapi.Do((*Service).serverStop)},
		{Action: "reboot", Policy: rule + "reboot", Body: httpapi.Schema(schemaReboot), Handle: httpapi.Do((*Service).serverReboot)},
	} {
		action.Op = "nova.servers." + action.Action
		action.Method, action.Path, action.Success, action.Late = "POST", one+"/action", 202, true
		rows = append(rows, action)
	}
	return rows
}

func attachmentRows() []row {
	const (
		all  = "/v2.1/servers/{server_id}/os-volume_attachments"
		one  = all + "/{volume_id}"
		rule = "os_compute_api:os-volumes-attachments:"
	)
	return []row{
		{Op: "nova.servers.volume_attachments.list", Method: "GET", Path: all, Policy: rule + "index", Late: true, Handle: httpapi.Get((*Service).attachmentList)},
		{
			Op: "nova.servers.volume_attachments.create", Method: "POST", Path: all, Policy: rule + "create", Late: true,
			Body:   httpapi.Bodies{{Schema: schemaAttach}, {Since: "2.49", Schema: schemaAttach249}, {Since: "2.79", Schema: schemaAttach279}},
			Handle: httpapi.Get((*Service).attachmentCreate),
		},
		{Op: "nova.servers.volume_attachments.show", Method: "GET", Path: one, Policy: rule + "show", Late: true, Handle: httpapi.Get((*Service).attachmentShow)},
		{
			Op: "nova.servers.volume_attachments.update", Method: "PUT", Path: one, Success: 202, Policy: rule + "update", Late: true,
			Body: httpapi.Bodies{{Schema: schemaSwap}, {Since: "2.85", Schema: schemaAttachmentUpdate}}, Handle: httpapi.Do((*Service).attachmentUpdate),
		},
		{
			Op: "nova.servers.volume_attachments.delete", Method: "DELETE", Path: one, Success: 202, Policy: rule + "delete", Late: true,
			Handle: httpapi.Do((*Service).attachmentDelete),
		},
	}
}
