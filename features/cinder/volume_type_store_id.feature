@cinder @glance
Feature: The Glance store of a volume type
  The extra spec "image_service:store_id" of a volume type says to which Glance store the images of its volumes go. Cinder
  asks Glance whether there is such a store, and whether it can be written to, at the moment the extra spec is set.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |
    And a volume type "gold"

  @op:cinder.types.extra_specs.create
  Scenario Outline: A store that can be written to: <store>
    When the administrator sets the extra spec "image_service:store_id" of the volume type "gold" to "<store>"
    Then the answer is the extra specs:
      | image_service:store_id | <store> |
    And the volume type "gold" has the extra specs:
      | image_service:store_id | <store> |

    Examples:
      | store    |
      | reliable |
      | fast     |
      | cheap    |

  @op:cinder.types.extra_specs.create
  Scenario Outline: A store that Glance does not show: <what>
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to the value <value>
    Then it is refused as not found, saying "Store <store> not enabled in glance."
    And the volume type "gold" has no extra specs

    Examples:
      | what                      | value                     | store                   |
      | unknown                   | "nowhere"                 | nowhere                 |
      | in the wrong case         | "Cheap"                   | Cheap                   |
      | nothing                   | ""                        |                         |
      | null                      | null                      | None                    |
      | a list of stores          | "fast,cheap"              | fast,cheap              |
      | Glance's store for tasks  | "os_glance_tasks_store"   | os_glance_tasks_store   |
      | Glance's store to stage   | "os_glance_staging_store" | os_glance_staging_store |

  @op:cinder.types.extra_specs.create
  Scenario: A store that is read-only
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "archive"
    Then it is refused as a bad request, saying "Store archive is read-only in glance."
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: A number is no store
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to the value 5
    Then it is refused as a bad request
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: A key with a space
    When the administrator tries to set the extra spec "image_service store_id" of the volume type "gold" to "cheap"
    Then it is refused as a bad request
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: A request is refused as a whole
    When the administrator tries to set the extra specs of the volume type "gold":
      | color                  | blue    |
      | image_service:store_id | nowhere |
      | zone                   | north   |
    Then it is refused as not found, saying "Store nowhere not enabled in glance."
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: Several extra specs at once
    When the administrator sets the extra specs of the volume type "gold":
      | color                  | blue  |
      | image_service:store_id | cheap |
    Then the volume type "gold" has the extra specs:
      | color                  | blue  |
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.create
  Scenario Outline: Other keys, such as <key>, are not looked at
    When the administrator sets the extra spec "<key>" of the volume type "gold" to "nowhere"
    Then the volume type "gold" has the extra specs:
      | <key> | nowhere |

    Examples:
      | key                     |
      | store_id                |
      | image_service:store     |
      | Image_service:store_id  |

  @op:cinder.types.extra_specs.update
  Scenario: Another store instead
    Given the administrator sends images of the volume type "gold" to the store "cheap"
    When the administrator changes the extra spec "image_service:store_id" of the volume type "gold" to "reliable"
    Then the answer is the extra specs:
      | image_service:store_id | reliable |
    And the volume type "gold" has the extra specs:
      | image_service:store_id | reliable |

  @op:cinder.types.extra_specs.update
  Scenario Outline: A change to the <what> store leaves the old one
    Given the administrator sends images of the volume type "gold" to the store "cheap"
    When the administrator tries to change the extra spec "image_service:store_id" of the volume type "gold" to "<store>"
    Then it is refused as <refusal>, saying "<message>"
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

    Examples:
      | what      | store   | refusal       | message                               |
      | unknown   | nowhere | not found     | Store nowhere not enabled in glance.  |
      | read-only | archive | a bad request | Store archive is read-only in glance. |

  @op:cinder.types.extra_specs.update
  Scenario: A change may add what was not there
    When the administrator changes the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.update
  Scenario: A change that names one key and sends another
    Given the administrator sends images of the volume type "gold" to the store "cheap"
    When the administrator tries to change the extra spec "image_service:store_id" of the volume type "gold" by:
      | color | blue |
    Then it is refused as a bad request, saying "Request body and URI mismatch"
    And the volume type "gold" has the extra specs:
      | image_service:store_id | cheap |

  @op:cinder.types.extra_specs.update
  Scenario: A change of two keys at once
    When the administrator tries to change the extra spec "image_service:store_id" of the volume type "gold" by:
      | image_service:store_id | cheap |
      | color                  | blue  |
    Then it is refused as a bad request
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.delete
  Scenario: No store any more
    Given the administrator sends images of the volume type "gold" to the store "cheap"
    When the administrator removes the extra spec "image_service:store_id" of the volume type "gold"
    Then the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.delete
  Scenario: There is no store to remove
    When the administrator tries to remove the extra spec "image_service:store_id" of the volume type "gold"
    Then it is refused as not found, saying "Volume Type {gold} has no extra specs with key image_service:store_id."

  @op:cinder.types.create
  Scenario Outline: Nothing looks at the store when the type is created with it: <what>
    When the administrator creates a volume type "silver" with the extra specs:
      | image_service:store_id | <store> |
    Then the volume type "silver" has the extra specs:
      | image_service:store_id | <store> |

    Examples:
      | what      | store                 |
      | writable  | cheap                 |
      | unknown   | nowhere               |
      | read-only | archive               |
      | Glance's  | os_glance_tasks_store |
