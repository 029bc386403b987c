package cinder

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// typeRows are volume types, and what administrators look after besides.
func typeRows() []row {
	return slices.Concat(volumeTypeRows(), typeDetailRows(), messageRows(), quotaRows(), serviceRows())
}

func volumeTypeRows() []row {
	const types, one = project + "/types", project + "/types/{id}"
	return []row{
		{
			Op: "cinder.types.list", Method: "GET", Path: types, Policy: "volume_extension:type_get_all",
			Handle: httpapi.Get((*Service).volumeTypeList),
		},
		{
			Op: "cinder.types.create", Method: "POST", Path: types, Policy: "volume_extension:type_create", Late: true,
			Handle: httpapi.Get((*Service).volumeTypeCreate),
		},
		{
			Op: "cinder.types.show", Method: "GET", Path: one, Policy: "volume_extension:type_get", Late: true,
			Handle: httpapi.Get((*Service).volumeTypeShow),
		},
		{
			Op: "cinder.types.update", Method: "PUT", Path: one, Policy: "volume_extension:type_update", Late: true,
			Handle: httpapi.Get((*Service).volumeTypeUpdate),
		},
		{
			Op: "cinder.types.delete", Method: "DELETE", Path: one, Policy: "volume_extension:type_delete", Success: 202,
			Handle: (*Service).volumeTypeDelete,
		},
		{
			Op: "cinder.types.addProjectAccess", Method: "POST", Path: one + "/action", Action: "addProjectAccess", Success: 202,
			Policy: "volume_extension:volume_type_access:addProjectAccess", Late: true,
			Body: httpapi.Schema(addProjectAccessBody), Handle: reading((*Service).addProjectAccess),
		},
		{
			Op: "cinder.types.removeProjectAccess", Method: "POST", Path: one + "/action", Action: "removeProjectAccess", Success: 202,
			Policy: "volume_extension:volume_type_access:removeProjectAccess", Late: true,
			Body: httpapi.Schema(removeProjectAccessBody), Handle: reading((*Service).removeProjectAccess),
		},
		{
			Op: "cinder.default-types.list", Method: "GET", Path: project + "/default-types", Since: "3.62",
			Policy: "volume_extension:default_get_all", Late: true, Handle: httpapi.Get((*Service).defaultTypeList),
		},
		{
			Op: "cinder.default-types.show", Method: "GET", Path: project + "/default-types/{id}", Since: "3.62",
			Policy: "volume_extension:default_get", Late: true, Handle: httpapi.Get((*Service).defaultTypeShow),
		},
		{
			Op: "cinder.default-types.update", Method: "PUT", Path: project + "/default-types/{id}", Since: "3.62",
			Policy: "volume_extension:default_set_or_update", Late: true,
			Body: httpapi.Schema(defaultTypeBody), Handle: httpapi.JSON((*Service).defaultTypeSet),
		},
		{
			Op: "cinder.default-types.delete", Method: "DELETE", Path: project + "/default-types/{id}", Since: "3.62", Success: 204,
			Policy: "volume_extension:default_unset", Late: true, Handle: httpapi.Do((*Service).defaultTypeUnset),
		},
	}
}

func typeDetailRows() []row {
	const (
		of         = project + "/types/{type_id}"
		specs      = of + "/extra_specs"
		encryption = of + "/encryption"
	)
	return []row{
		{
			Op: "cinder.types.os-volume-type-access.list", Method: "GET", Path: of + "/os-volume-type-access",
			Policy: "volume_extension:volume_type_access:get_all_for_type", Handle: httpapi.Get((*Service).typeAccessList),
		},
		{
			Op: "cinder.types.extra_specs.list", Method: "GET", Path: specs, Policy: "volume_extension:types_extra_specs:index",
			Handle: httpapi.Get((*Service).extraSpecList),
		},
		{
			Op: "cinder.types.extra_specs.create", Method: "POST", Path: specs, Policy: "volume_extension:types_extra_specs:create",
			Body: httpapi.Schema(specsCreateBody), Handle: httpapi.JSON((*Service).extraSpecCreate),
		},
		{
			Op: "cinder.types.extra_specs.show", Method: "GET", Path: specs + "/{id}", Policy: "volume_extension:types_extra_specs:show",
			Handle: httpapi.Get((*Service).extraSpecShow),
		},
		{
			Op: "cinder.types.extra_specs.update", Method: "PUT", Path: specs + "/{id}", Policy: "volume_extension:types_extra_specs:update",
			Body: httpapi.Schema(specsUpdateBody), Handle: httpapi.JSON((*Service).extraSpecUpdate),
		},
		{
			Op: "cinder.types.extra_specs.delete", Method: "DELETE", Path: specs + "/{id}", Success: 202,
			Policy: "volume_extension:types_extra_specs:delete", Late: true, Handle: httpapi.Do((*Service).extraSpecDelete),
		},
		{
			Op: "cinder.types.encryption.show", Method: "GET", Path: encryption, Policy: "volume_extension:volume_type_encryption:get",
			Handle: httpapi.Get((*Service).encryptionShow),
		},
		{
			Op: "cinder.types.encryption.create", Method: "POST", Path: encryption, Policy: "volume_extension:volume_type_encryption:create",
			Body: httpapi.Schema(encryptionCreateBody), Handle: httpapi.JSON((*Service).encryptionCreate),
		},
		{
			Op: "cinder.types.encryption.show_item", Method: "GET", Path: encryption + "/{id}",
			Policy: "volume_extension:volume_type_encryption:get", Handle: httpapi.Get((*Service).encryptionShowItem),
		},
		{
			Op: "cinder.types.encryption.update", Method: "PUT", Path: encryption + "/{id}",
			Policy: "volume_extension:volume_type_encryption:update",
			Body:   httpapi.Schema(encryptionUpdateBody), Handle: httpapi.JSON((*Service).encryptionUpdate),
		},
		{
			Op: "cinder.types.encryption.delete", Method: "DELETE", Path: encryption + "/{id}", Success: 202,
			Policy: "volume_extension:volume_type_encryption:delete", Handle: (*Service).encryptionDelete,
		},
	}
}

func messageRows() []row {
	const one = project + "/messages/{id}"
	return []row{
		{
			Op: "cinder.messages.list", Method: "GET", Path: project + "/messages", Since: "3.3", Policy: "message:get_all",
			Handle: httpapi.Get((*Service).messageList),
		},
		{
			Op: "cinder.messages.show", Method: "GET", Path: one, Since: "3.3", Policy: "message:get", Late: true,
			Handle: httpapi.Get((*Service).messageShow),
		},
		{
			Op: "cinder.messages.delete", Method: "DELETE", Path: one, Since: "3.3", Success: 204, Policy: "message:delete", Late: true,
			Handle: httpapi.Do((*Service).messageDelete),
		},
	}
}

func quotaRows() []row {
	const (
		set   = project + "/os-quota-sets/{id}"
		class = project + "/os-quota-class-sets/{name}"
	)
	return []row{
		{Op: "cinder.limits.show", Method: "GET", Path: project + "/limits", Handle: httpapi.Get((*Service).limitsShow)},
		{
			Op: "cinder.os-quota-sets.show", Method: "GET", Path: set, Policy: "volume_extension:quotas:show", Late: true,
			Handle: httpapi.Get((*Service).quotaSetShow),
		},
		{
			Op: "cinder.os-quota-sets.update", Method: "PUT", Path: set, Policy: "volume_extension:quotas:update", Late: true,
			Body: httpapi.Schema(quotaSetBody), Handle: httpapi.Get((*Service).quotaSetUpdate),
		},
		{
			Op: "cinder.os-quota-sets.delete", Method: "DELETE", Path: set, Policy: "volume_extension:quotas:delete", Late: true,
			Handle: httpapi.Do((*Service).quotaSetDelete),
		},
		{
			Op: "cinder.os-quota-sets.defaults", Method: "GET", Path: set + "/defaults", Policy: "volume_extension:quotas:show", Late: true,
			Handle: httpapi.Get((*Service).quotaSetDefaults),
		},
		{
			Op: "cinder.os-quota-class-sets.show", Method: "GET", Path: class, Policy: "volume_extension:quota_classes:get",
			Handle: httpapi.Get((*Service).quotaClassShow),
		},
		{
			Op: "cinder.os-quota-class-sets.update", Method: "PUT", Path: class, Policy: "volume_extension:quota_classes:update", Late: true,
			Body: httpapi.Schema(quotaClassBody), Handle: httpapi.Get((*Service).quotaClassUpdate),
		},
	}
}

func serviceRows() []row {
	const services = project + "/os-services"
	return []row{
		{
			Op: "cinder.os-services.list", Method: "GET", Path: services, Policy: "volume_extension:services:index",
			Handle: httpapi.Get((*Service).osServiceList),
		},
		{
			Op: "cinder.os-services.enable", Method: "PUT", Path: services + "/enable", Policy: "volume_extension:services:update",
			Body: httpapi.Schema(serviceSwitchBody), Handle: httpapi.JSON((*Service).osServiceEnable),
		},
		{
			Op: "cinder.os-services.disable", Method: "PUT", Path: services + "/disable", Policy: "volume_extension:services:update",
			Body: httpapi.Schema(serviceSwitchBody), Handle: httpapi.JSON((*Service).osServiceDisable),
		},
		{
			Op: "cinder.os-services.disable_log_reason", Method: "PUT", Path: services + "/disable-log-reason",
			Policy: "volume_extension:services:update",
			Body:   httpapi.Schema(serviceReasonBody), Handle: httpapi.JSON((*Service).osServiceDisableLogReason),
		},
		{
			Op: "cinder.os-hosts.list", Method: "GET", Path: project + "/os-hosts", Policy: "volume_extension:hosts",
			Handle: httpapi.Get((*Service).osHostList),
		},
		{
			Op: "cinder.os-hosts.show", Method: "GET", Path: project + "/os-hosts/{host_name}", Policy: "volume_extension:hosts",
			Handle: httpapi.Get((*Service).osHostShow),
		},
		{
			Op: "cinder.scheduler-stats.get_pools", Method: "GET", Path: project + "/scheduler-stats/get_pools",
			Policy: "scheduler_extension:scheduler_stats:get_pools", Handle: httpapi.Get((*Service).poolList),
		},
		{
			Op: "cinder.capabilities.show", Method: "GET", Path: project + "/capabilities/{id}", Policy: "volume_extension:capabilities",
			Handle: httpapi.Get((*Service).capabilitiesShow),
		},
		{
			Op: "cinder.os-availability-zone.list", Method: "GET", Path: project + "/os-availability-zone",
			Handle: httpapi.Get((*Service).zoneList),
		},
		{Op: "cinder.extensions.list", Method: "GET", Path: project + "/extensions", Handle: httpapi.Get((*Service).extensionList)},
		{Op: "cinder.extensions.show", Method: "GET", Path: project + "/extensions/{id}", Handle: httpapi.Get((*Service).extensionShow)},
		{
			Op: "cinder.resource_filters.list", Method: "GET", Path: project + "/resource_filters", Since: "3.33",
			Handle: httpapi.Get((*Service).resourceFilterList),
		},
	}
}
