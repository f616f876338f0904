"""The model: values, records, rules, the store, services, documents and workbooks. It knows no screen."""
