package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// qosRows are QoS specs and the volume types that have them.
func qosRows() []row {
	const (
		all    = project + "/qos-specs"
		one    = all + "/{id}"
		manage = "volume_extension:qos_specs_manage:"
	)
	return []row{
		{Op: "cinder.qos-specs.list", Method: "GET", Path: all, Policy: manage + "get_all", Handle: httpapi.Get((*Service).qosList)},
		{
			Op: "cinder.qos-specs.create", Method: "POST", Path: all, Policy: manage + "create",
			Body: httpapi.Schema(schemaQoSCreate), Handle: httpapi.Get((*Service).qosCreate),
		},
		{Op: "cinder.qos-specs.show", Method: "GET", Path: one, Policy: manage + "get", Handle: httpapi.Get((*Service).qosShow)},
		{
			Op: "cinder.qos-specs.update", Method: "PUT", Path: one, Policy: manage + "update",
			Body: httpapi.Schema(schemaQoSUpdate), Handle: httpapi.Get((*Service).qosUpdate),
		},
		{Op: "cinder.qos-specs.delete", Method: "DELETE", Path: one, Success: 202, Policy: manage + "delete", Handle: (*Service).qosDelete},
		{
			Op: "cinder.qos-specs.delete_keys", Method: "PUT", Path: one + "/delete_keys", Success: 202, Policy: manage + "delete",
			Body: httpapi.Schema(schemaQoSKeys), Handle: (*Service).qosDeleteKeys,
		},
		{
			Op: "cinder.qos-specs.associations", Method: "GET", Path: one + "/associations", Policy: manage + "get_all",
			Handle: httpapi.Get((*Service).qosAssociations),
		},
		{
			Op: "cinder.qos-specs.associate", Method: "GET", Path: one + "/associate", Success: 202, Policy: manage + "update",
			Handle: (*Service).qosAssociate,
		},
		{
			Op: "cinder.qos-specs.disassociate", Method: "GET", Path: one + "/disassociate", Success: 202, Policy: manage + "update",
			Handle: (*Service).qosDisassociate,
		},
		{
			Op: "cinder.qos-specs.disassociate_all", Method: "GET", Path: one + "/disassociate_all", Success: 202, Policy: manage + "update",
			Handle: (*Service).qosDisassociateAll,
		},
	}
}
