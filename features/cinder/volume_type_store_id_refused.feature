@cinder @glance
Feature: Who may set a volume type's store, and when
  Setting an extra spec has an order of checks: the form of the request, the caller's rights, whether volumes use the type,
  whether there is such a type, and only then whether there is such a store.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:cinder.types.extra_specs.create
  Scenario: Not a member
    Given a volume type "gold"
    When I try to set the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:types_extra_specs:create to be performed."
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.update
  Scenario: Nor changing it
    Given a volume type "gold" for images in the store "cheap"
    When I try to change the extra spec "image_service:store_id" of the volume type "gold" to "fast"
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:types_extra_specs:update to be performed."
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.delete
  Scenario: Nor removing it
    Given a volume type "gold" for images in the store "cheap"
    When I try to remove the extra spec "image_service:store_id" of the volume type "gold"
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:types_extra_specs:delete to be performed."
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.create
  Scenario: A volume type that does not exist
    Given there is no volume type "lost"
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "lost" to "nowhere"
    Then it is refused as not found, saying "Volume type {lost} could not be found."

  @op:cinder.types.extra_specs.create
  Scenario: While a volume uses the type
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then it is refused as a bad request, saying "Volume Type is currently in use."
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: While a volume uses the type, even for a store that does not exist
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "nowhere"
    Then it is refused as a bad request, saying "Volume Type is currently in use."

  @op:cinder.types.extra_specs.update
  Scenario: No change while a volume uses the type
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the administrator tries to change the extra spec "image_service:store_id" of the volume type "gold" to "fast"
    Then it is refused as a bad request, saying "Volume Type is currently in use."
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.delete
  Scenario: No removal while a volume uses the type
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the administrator tries to remove the extra spec "image_service:store_id" of the volume type "gold"
    Then it is refused as a bad request, saying "Volume Type is currently in use."
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.create
  Scenario: Once the last volume is gone
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I delete the volume "boot"
    Then the volume "boot" disappears
    When the administrator sends images of the volume type "gold" to the store "cheap"
    Then the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.create @control
  Scenario: A store that has been added
    Given a volume type "gold"
    When the store "cellar" is added to Glance
    And the administrator sends images of the volume type "gold" to the store "cellar"
    Then the volume type "gold" has the extra specs:
      | image_service:store_id | cellar |

  @op:cinder.types.extra_specs.create @control
  Scenario: A store that has been removed
    Given a volume type "gold"
    When the store "cheap" is removed from Glance
    And the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then it is refused as not found, saying "Store cheap not enabled in glance."
